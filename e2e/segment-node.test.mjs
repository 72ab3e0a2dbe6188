// The unmodified @segment/analytics-node sends every kind of event through the proxy.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Analytics } from '@segment/analytics-node';
import { startCapture } from './lib/capture.mjs';
import { startProxy } from './lib/proxy.mjs';
import { planted } from './lib/planted.mjs';

test('analytics-node reports success and the collector gets no planted value', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url });
  const analytics = new Analytics({ writeKey: 'wk_test', host: proxy.url, flushAt: 3 });
  const errors = [];
  analytics.on('error', (e) => errors.push(e));

  const context = { ip: planted.ip, page: { url: `https://shop.example.com/?email=${encodeURIComponent(planted.email)}&x=1`, title: 'Checkout' } };
  analytics.identify({ userId: 'u-1', traits: { email: planted.email, plan: 'pro', ssn: planted.ssn, logins: 5 }, context });
  analytics.track({ userId: 'u-1', event: 'Order Completed', context, properties: {
    order_id: 'o-1', revenue: 39.95, contact: { username: planted.email, emails: [planted.email, planted.email] },
    payload: JSON.stringify({ user: { email: planted.email, ssn: planted.ssn } }),
    comment: `charge ${planted.card} please, write to ${planted.email}`, card: planted.card,
  } });
  analytics.page({ userId: 'u-1', name: 'Home', properties: { url: `https://shop.example.com/u/${encodeURIComponent(planted.email)}` }, context });
  analytics.screen({ userId: 'u-1', name: 'Main', properties: { note: planted.email } });
  analytics.group({ userId: 'u-1', groupId: 'g-1', traits: { name: 'ACME', billing_email: planted.email } });
  analytics.alias({ userId: 'u-1', previousId: planted.email });
  await analytics.closeAndFlush();

  assert.deepEqual(errors, []);
  const events = capture.events();
  assert.deepEqual(events.map((e) => e.type).sort(), ['alias', 'group', 'identify', 'page', 'screen', 'track']);
  capture.assertNever();

  const of = (type) => events.find((e) => e.type === type);
  const hash = of('identify').traits.email;
  assert.match(hash, /^h1:k1:[0-9a-f]{32}$/);
  const track = of('track').properties;
  assert.equal(track.contact.username, hash);
  assert.deepEqual(track.contact.emails, [hash, hash]);
  assert.deepEqual(JSON.parse(track.payload), { user: { email: hash } });
  assert.equal(track.revenue, 39.95);
  assert.equal(track.order_id, 'o-1');
  assert.ok(!('card' in track));
  assert.deepEqual(of('identify').traits, { email: hash, plan: 'pro', logins: 5 });
  assert.equal(of('identify').context.ip, '203.0.113.0');
  assert.equal(of('identify').context.page.title, 'Checkout');
  assert.equal(of('alias').previousId, hash);
  assert.equal(await proxy.metric('eventveil_events_total', { outcome: 'altered' }), 6);
  assert.equal(await proxy.stop(), 0);
});
