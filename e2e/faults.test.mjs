// What happens when things go wrong around the proxy.
import test from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Analytics } from '@segment/analytics-node';
import { startCapture, until } from './lib/capture.mjs';
import { enforcing, startProxy, watching } from './lib/proxy.mjs';
import { planted } from './lib/planted.mjs';

const post = (proxy, body, path = '/v1/track') => fetch(proxy.url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

test('collector down: the SDK is told to wait, keeps the batch, and delivers it', async (t) => {
  const first = await startCapture(t);
  const proxy = await startProxy(t, { upstream: first.url });
  await first.stop();
  const answer = await post(proxy, { type: 'track', properties: { email: planted.email } });
  assert.ok([502, 503].includes(answer.status), `status ${answer.status}`);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.equal(await proxy.metric('eventveil_events_total', { outcome: 'failed' }), 1);

  const analytics = new Analytics({ writeKey: 'wk_test', host: proxy.url, flushAt: 1, maxRetries: 10 });
  const errors = [];
  analytics.on('error', (e) => errors.push(e));
  analytics.track({ userId: 'u-1', event: 'Late', properties: { username: planted.email } });
  await until(async () => (await proxy.metric('eventveil_events_total', { outcome: 'failed' })) > 1, 'a failed attempt');
  const second = await startCapture(t, { port: first.port });
  await analytics.closeAndFlush();
  assert.deepEqual(errors, []);
  assert.deepEqual(second.events().map((e) => e.event), ['Late']);
  second.assertNever();
  assert.equal(await proxy.stop(), 0);
});

test('SIGTERM: a request under way is finished, then the process ends with 0', async (t) => {
  const capture = await startCapture(t, { delay: 800 });
  const proxy = await startProxy(t, { upstream: capture.url });
  const slow = post(proxy, { type: 'track', properties: { n: 1 } });
  await until(() => capture.requests.length === 1, 'the request at the collector');
  const ended = once(proxy.child, 'exit');
  proxy.child.kill('SIGTERM');
  assert.equal((await slow).status, 200);
  assert.deepEqual(await ended, [0, null]);
});

test('reload: a broken file changes nothing and says where; a good one acts at once', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, rules: watching });
  const last = async () => {
    assert.equal((await post(proxy, { type: 'track', properties: { contact: planted.email } })).status, 200);
    return capture.events().at(-1).properties.contact;
  };
  assert.equal(await last(), planted.email);

  proxy.write(enforcing.replace('action: block', 'acton: block'));
  const refused = await proxy.reload();
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /config\.yaml:\d+:\d+: error: .*acton/);
  assert.equal(await proxy.metric('eventveil_config_last_reload_successful'), 0);
  assert.equal(await last(), planted.email);

  proxy.write(enforcing);
  proxy.child.kill('SIGHUP');
  await until(async () => (await proxy.metric('eventveil_config_last_reload_successful')) === 1, 'the reload');
  assert.match(await last(), /^h1:k1:/);
  assert.equal(await proxy.stop(), 0);
});

test('refusals: a clean status in the dialect, counted, and nothing forwarded', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url });
  const refused = async (body, status, reason, headers = {}, path = '/v1/track') => {
    const res = await fetch(proxy.url + path, { method: 'POST', body, headers });
    assert.equal(res.status, status, reason);
    assert.equal((await res.json()).success, false);
    assert.ok((await proxy.metric('eventveil_refused_total', { reason })) > 0, `counted as ${reason}`);
  };
  await refused('{"email":"ada.l@example.com"', 400, 'syntax');
  await refused(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'utf8');
  await refused('['.repeat(100), 400, 'depth', {}, '/collect');
  await refused('{}', 415, 'unsupported_coding', { 'content-encoding': 'compress' });
  await refused('not gzip', 400, 'coding', { 'content-encoding': 'gzip' });
  await refused('email=ada.l%40example.com', 415, 'unsupported_media_type', { 'content-type': 'application/x-www-form-urlencoded' }, '/collect');
  const bomb = (await import('node:zlib')).gzipSync(Buffer.alloc(60 << 20, 32));
  await refused(bomb, 413, 'inflated', { 'content-encoding': 'gzip' });
  await refused(Buffer.alloc(11 << 20, 32), 413, 'body').catch((e) => assert.match(String(e.cause?.code ?? e), /EPIPE|ECONNRESET|UND_ERR_SOCKET/));
  assert.equal((await fetch(`${proxy.url}/v1/track`, { method: 'DELETE' })).status, 405);
  assert.equal(capture.requests.length, 0);
  assert.equal(await proxy.stop(), 0);
});

test('everything dropped: the collector hears nothing and the SDK its usual answer', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, rules: '\n  - {name: home, when: {event: "Internal *"}, action: drop}\n' });
  const answer = await post(proxy, { batch: [{ type: 'track', event: 'Internal test' }] }, '/v1/batch');
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), { success: true });
  assert.equal((await post(proxy, { batch: [{ type: 'track', event: 'Internal test' }, { type: 'track', event: 'Order' }] }, '/v1/batch')).status, 200);
  assert.deepEqual(capture.events().map((e) => e.event), ['Order']);
  assert.equal(await proxy.metric('eventveil_events_total', { outcome: 'blocked' }), 2);
  assert.equal(await proxy.stop(), 0);
});
