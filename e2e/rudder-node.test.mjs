// RudderStack's Node SDK sends gzip under a form's content type.
import test from 'node:test';
import assert from 'node:assert/strict';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { startCapture, until } from './lib/capture.mjs';
import { startProxy } from './lib/proxy.mjs';
import { planted } from './lib/planted.mjs';

test('rudder-sdk-node: gzip bodies are enforced', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url });
  const client = new RudderAnalytics('wk_test', { dataPlaneUrl: proxy.url, flushAt: 2, flushInterval: 200, logLevel: 'error' });
  client.identify({ userId: 'u-1', traits: { email: planted.email, ssn: planted.ssn } });
  client.track({ userId: 'u-1', event: 'Order', properties: { username: planted.email, total: 3 }, context: { ip: planted.ip } });
  await new Promise((done, fail) => client.flush((err) => (err ? fail(err) : done())));
  await until(() => capture.events().length >= 2, 'both events');
  capture.assertNever();
  const track = capture.events().find((e) => e.type === 'track');
  assert.match(track.properties.username, /^h1:k1:/);
  assert.equal(track.properties.total, 3);
  assert.equal(await proxy.stop(), 0);
});
