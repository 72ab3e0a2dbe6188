// Recorded requests of real SDKs, replayed: untouched they arrive byte for byte;
// enforced, what was planted in them does not arrive.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { startCapture } from './lib/capture.mjs';
import { startProxy, watching } from './lib/proxy.mjs';
import { sharedFiles } from './lib/shared.mjs';

// What the recordings have planted in them.
const recorded = { email: 'ada.lovelace@example.com', nested: 'nested@example.com', card: '4111 1111 1111 1111' };

const own = ['keep-alive', 'connection', 'host', 'content-length', 'transfer-encoding', 'accept-encoding'];

function replay(proxy, r) {
  return new Promise((done, fail) => {
    const body = Buffer.from(r.body_b64 ?? '', 'base64');
    const headers = Object.fromEntries(r.headers.filter(([k]) => !own.includes(k.toLowerCase())));
    const req = http.request(proxy.url + r.url, { method: r.method, headers: { ...headers, 'content-length': body.length } }, (res) => {
      res.resume().on('end', () => done(res.statusCode));
    });
    req.on('error', fail).end(body);
  });
}

function requests(t) {
  const dir = path.join(import.meta.dirname, 'recorded');
  const files = fs.readdirSync(dir).map((f) => path.join(dir, f)).concat(sharedFiles(t, 'captures', /^(node|browser|go)-(segment|rudderstack).*\.json$/));
  return files.flatMap((f) => JSON.parse(fs.readFileSync(f)).requests.map((r) => ({ ...r, file: path.basename(f) })))
    .filter((r) => r.method === 'POST' && r.body_b64 && !r.url.startsWith('/rsaRequest'));
}

test('recorded bodies pass byte for byte when no rule touches them', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, rules: watching });
  const all = requests(t);
  for (const r of all) {
    assert.equal(await replay(proxy, r), 200, `${r.file} ${r.url}`);
    const got = capture.requests.at(-1);
    assert.ok(got.raw.equals(Buffer.from(r.body_b64, 'base64')), `${r.file} #${r.i} changed`);
  }
  t.diagnostic(`${all.length} bodies`);
  assert.equal(await proxy.stop({}), 0);
});

test('recorded bodies lose what was planted when rules say so', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url });
  for (const r of requests(t)) assert.equal(await replay(proxy, r), 200, `${r.file} ${r.url}`);
  capture.assertNever(recorded);
  assert.equal(await proxy.stop(recorded), 0);
});
