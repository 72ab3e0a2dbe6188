// Values that would be noticed anywhere, and the search for them in every disguise.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spellings } from './planted.mjs';

// canaries are all of reserved ranges; each comes into the house by a door of its own.
export const canaries = {
  value: 'wren.value@example.com',
  memberName: 'wren.member@example.com',
  eventName: 'wren.event@example.com',
  userId: 'wren.user@example.com',
  text: 'wren.text@example.com',
  cookie: 'wren.cookie@example.com',
  header: 'wren.header@example.com',
  query: 'wren.query@example.com',
  path: 'wren.path@example.com',
  pageURL: 'wren.page@example.com',
  base64: 'wren.base@example.com',
  escaped: 'wren.escaped@example.com',
  nested: 'wren.nested@example.com',
  refused: 'wren.refused@example.com',
  form: 'wren.form@example.com',
  tried: 'wren.tried@example.com',
  searched: 'wren.searched@example.com',
  login: 'wren.login@example.com',
  password: 'wren.password@example.com',
  address: 'wren.address@example.com',
  body: 'wren.body@example.com',
  bearer: 'wren.bearer@example.com',
  ssn: '219-09-9999',
  card: '4012 8888 8888 1881',
  phone: '+1 212 555 0187',
  token: 'wrenTok9fQ2xV7mLz4RbT8cKd',
};

// disguises are the spellings of a value, its digits alone, backwards, in hexadecimal,
// and hashes that anybody could compute.
function disguises(value) {
  const digits = value.replace(/\D/g, '');
  const plain = digits.length >= 9 ? [value, digits] : [value];
  return plain.flatMap((v) => [...spellings(v), [...v].reverse().join('').toLowerCase(), Buffer.from(v).toString('hex'), Buffer.from(v, 'utf16le').toString('latin1').toLowerCase(),
    ...['md5', 'sha1', 'sha256'].map((h) => crypto.createHash(h).update(v).digest('hex'))]);
}

const all = Object.entries(canaries).map(([name, value]) => [name, disguises(value)]);

// found names the canaries that a text or bytes hold in any disguise.
export function found(text) {
  const hay = (Buffer.isBuffer(text) ? text.toString('latin1') : text).toLowerCase();
  return all.filter(([, list]) => list.some((s) => hay.includes(s))).map(([name]) => name);
}

// foundInFiles searches every file below a folder; it answers with "file: canaries".
export function foundInFiles(dir) {
  return fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => path.join(f.parentPath ?? f.path, f.name))
    .map((file) => [file, found(fs.readFileSync(file))]).filter(([, names]) => names.length > 0).map(([file, names]) => `${path.relative(dir, file)}: ${names}`);
}
