// What tests ask of the portal beside its pages: the API, CSV, the chain of the audit.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { until } from './capture.mjs';

// quick is a store that is written and looked at often.
export const quick = 'store: {flush: 200ms, poll: 200ms}\n';

// send posts an event to the data port, from a source by its write key, and returns the status.
export async function send(proxy, event, { key = 'wk_web', path = '/v1/track', headers = {} } = {}) {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const res = await fetch(proxy.url + path, { method: 'POST', headers: { 'content-type': 'application/json', authorization, ...headers }, body: JSON.stringify(event) });
  await res.arrayBuffer();
  return res.status;
}

// api asks the API of a process; an answer other than 2xx is an error unless status says which is expected.
export async function api(proxy, path, { method = 'GET', body, headers = {}, status } = {}) {
  const res = await fetch(`${proxy.adminURL}/api/v1${path}`, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  });
  const text = await res.text();
  assert.ok(status ? res.status === status : res.ok, `${method} ${path}: ${res.status} ${text}`);
  return /^application\/(problem\+)?json/.test(res.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}

// pointAt waits until the data point of a path, and type when there are several, is known.
export async function pointAt(proxy, path, type) {
  let found;
  await until(async () => {
    const { items } = await api(proxy, `/datapoints?limit=1000&q=${encodeURIComponent(path)}`);
    found = items.find((p) => p.path === path && (type === undefined || p.type === type));
    return found;
  }, `the data point ${path}`);
  return found;
}

// verifyAudit checks the chain of all entries, the earliest first, with the arithmetic
// written here once more: what a stranger with the documentation would do.
export function verifyAudit(entries) {
  let prev = '';
  entries.forEach((e, i) => {
    assert.equal(e.seq, i + 1, 'no entry is missing');
    assert.equal(e.prev, prev, `entry ${e.seq} follows the one before`);
    const [, seconds, fraction = ''] = e.at.match(/^(.*?)(?:\.(\d+))?Z$/);
    const at = BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
    const object = `{"seq":${e.seq},"at":${at},${['actor', 'action', 'object', 'label', 'before', 'after'].map((k) => `"${k}":${JSON.stringify(e[k])}`).join(',')}}`;
    assert.equal(e.hash, crypto.createHash('sha256').update(`${prev}\n${object}\n`).digest('hex'), `entry ${e.seq} is as it was written`);
    prev = e.hash;
  });
}

// parseCSV reads RFC 4180 with CRLF or LF: rows of cells.
export function parseCSV(text) {
  const rows = [];
  let row = [], cell = '', quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') { cell += c; i++; } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') { row.push(cell); cell = ''; } else if (c === '\n') { row.push(cell.replace(/\r$/, '')); rows.push(row); row = []; cell = ''; } else cell += c;
  }
  if (cell || row.length) { row.push(cell); rows.push(row); }
  return rows;
}

// median of numbers.
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
