// The collector of the tests: it keeps every request and answers as Segment does.
import http from 'node:http';
import zlib from 'node:zlib';
import assert from 'node:assert/strict';
import { findPlanted, planted } from './planted.mjs';

// startCapture listens until the test t ends.
export async function startCapture(t, { delay = 0, port = 0 } = {}) {
  const requests = [];
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', async () => {
      const raw = Buffer.concat(chunks);
      let body = raw;
      if (req.headers['content-encoding'] === 'gzip' || raw.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) body = zlib.gunzipSync(raw);
      requests.push({ method: req.method, url: req.url, headers: req.headers, rawHeaders: req.rawHeaders, raw, body });
      if (delay) await new Promise((done) => setTimeout(done, delay));
      const settings = req.url.match(/\/v1\/projects\/([^/]+)\/settings/);
      res.setHeader('content-type', 'application/json');
      res.end(settings
        ? JSON.stringify({ integrations: { 'Segment.io': { apiKey: settings[1], unbundledIntegrations: [], addBundledMetadata: true } }, plan: { track: { __default: { enabled: true } } } })
        : '{"success":true}');
    });
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  const stop = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
  t.after(stop);
  return {
    requests,
    url: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    // events lists the events of every request in the order of arrival.
    events() {
      return requests.filter((r) => r.method === 'POST').flatMap((r) => {
        const body = JSON.parse(r.body);
        return body.batch ?? [body];
      });
    },
    // assertNever fails when a planted value has arrived, in any part of any request.
    assertNever(values = planted) {
      for (const r of requests) {
        const text = [r.url, r.rawHeaders.join('\n'), r.body.toString('latin1'), r.body.toString('utf8')].join('\n');
        assert.deepEqual(findPlanted(text, values), [], `planted values arrived with ${r.method} ${r.url.split('?')[0]}`);
      }
    },
    stop,
  };
}

// until waits for a condition, at most ms milliseconds.
export async function until(condition, what, ms = 15000) {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
