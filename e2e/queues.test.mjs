// Every acknowledged event arrives everywhere it is owed, and nowhere else, whatever
// happens to the process, the receivers and the disk.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { until } from './lib/capture.mjs';
import { smallDisk } from './lib/disk.mjs';
import { startNATS } from './lib/nats.mjs';
import { startProxy } from './lib/proxy.mjs';
import { startReceiver } from './lib/receiver.mjs';

const secret = '4111 1111 1111 1111';
const restricted = '\n  - {name: restricted data nowhere, when: {class: red}, action: block}\n';
const fast = 'retry: {min: 20ms, max: 200ms, attempts: 1000}';

// startLoad posts batches until it is stopped and remembers the events that were
// acknowledged: a request without an answer may have been accepted or not.
function startLoad(t, urls, { clients = 4, size = 5, pause = 10, pad = '' } = {}) {
  const acked = new Set();
  const inner = new Set();
  let on = true;
  let refused = 0;
  const next = () => `m-${Math.random().toString(36).slice(2)}`;
  const clientOf = async (url) => {
    while (on) {
      const batch = Array.from({ length: size }, (_, i) => ({ type: 'track', event: i === 0 ? 'Internal check' : 'Order', messageId: next(), properties: { card: secret, pad } }));
      try {
        const res = await fetch(`${url()}/v1/batch`, { method: 'POST', body: JSON.stringify({ batch }), signal: AbortSignal.timeout(5000) });
        await res.arrayBuffer();
        if (res.status !== 200) { refused++; await new Promise((done) => setTimeout(done, 20)); continue; }
        batch.forEach((e, i) => (i === 0 ? inner : acked).add(e.messageId));
        await new Promise((done) => setTimeout(done, pause));
      } catch {
        await new Promise((done) => setTimeout(done, 20));
      }
    }
  };
  const all = Array.from({ length: clients }, (_, i) => clientOf(urls[i % urls.length]));
  const load = {
    acked,
    inner,
    refused: () => refused,
    stop: async () => { on = false; await Promise.all(all); },
  };
  t.after(load.stop);
  return load;
}

// assertArrived waits until every acknowledged event has come to a receiver.
async function assertArrived(t, name, receiver, ids, ms = 120000) {
  const missing = () => [...ids].filter((id) => !receiver.ids.has(id)).length;
  await until(() => missing() === 0, `all acknowledged events at ${name}`, ms).catch((e) => { throw new Error(`${e.message}: ${missing()} of ${ids.size} are missing`); });
  t.diagnostic(`${name}: ${ids.size} acknowledged, all arrived; ${receiver.repeated()} more than once`);
}

function assertNothingInner(receiver, load) {
  for (const id of load.inner) assert.ok(!receiver.ids.has(id), 'an event has arrived where it must not');
}

// watchBodies makes a receiver notice restricted data, whatever it answers.
function watchBodies(receiver, answer) {
  const seen = { leaked: 0 };
  receiver.answer = (req, body) => {
    if (body.includes(secret)) seen.leaked++;
    return answer(req, body);
  };
  return seen;
}

test('100 times killed under load, with receivers that hang, refuse and fail: nothing acknowledged is lost', { timeout: 600000 }, async (t) => {
  const to = { steady: await startReceiver(t), moody: await startReceiver(t), sleepy: await startReceiver(t) };
  const seen = [
    watchBodies(to.steady, () => 200),
    watchBodies(to.moody, () => [200, 200, 200, 200, 429, 500, 503, 'reset'][Math.floor(Math.random() * 8)]),
    watchBodies(to.sleepy, () => (Math.random() < 0.02 ? 'hang' : 200)),
  ];
  const proxy = await startProxy(t, {
    rules: `${restricted}  - {name: inner events only to one, when: {event: "Internal *", destination: {not: [steady]}}, action: drop}\n`,
    extra: 'store: off',
    destinations: Object.entries(to).map(([name, r]) => `  - {name: ${name}, url: "${r.url}", delivery: queued, timeout: 300ms, order: ${name === 'steady' ? 'source' : 'none'}, ${fast}}`).join('\n'),
  });
  const load = startLoad(t, [() => proxy.url]);
  for (let i = 0; i < 100; i++) {
    await new Promise((done) => setTimeout(done, 50 + Math.random() * 300));
    await proxy.kill();
    await proxy.start();
  }
  await load.stop();
  assert.ok(load.acked.size > 1000, `only ${load.acked.size} events were acknowledged`);
  for (const [name, r] of Object.entries(to)) await assertArrived(t, name, r, load.acked);
  await assertArrived(t, 'steady, inner events', to.steady, load.inner);
  assertNothingInner(to.moody, load);
  assertNothingInner(to.sleepy, load);
  assert.deepEqual(seen.map((s) => s.leaked), [0, 0, 0], 'restricted data has arrived');
  const files = fs.readdirSync(proxy.dir).filter((f) => f.includes('queue'));
  assert.ok(files.length > 0);
  for (const f of files) assert.ok(!fs.readFileSync(path.join(proxy.dir, f)).includes(secret), `restricted data was written to ${f}`);
  assert.equal(await proxy.stop([secret]), 0);
});

test('a full disk: events are refused, not lost, and accepted again when there is room', { timeout: 300000 }, async (t) => {
  const disk = smallDisk(t, 64 << 20);
  if (!disk) return t.skip('this user may not mount a file system');
  const later = await startReceiver(t, { answer: () => 503 });
  const proxy = await startProxy(t, {
    rules: restricted,
    extra: `store: off\nqueue: {path: "${disk.dir}/queue.db"}`,
    destinations: `  - {name: later, url: "${later.url}", delivery: queued, ${fast}}`,
  });
  const load = startLoad(t, [() => proxy.url], { pause: 0, pad: 'x'.repeat(4000) });
  await until(() => load.refused() > 20, 'refusals', 60000);
  later.answer = () => 200;
  const before = load.acked.size;
  await until(() => load.acked.size > before + 200, 'events to be accepted again', 60000);
  await load.stop();
  await assertArrived(t, 'later', later, load.acked);
  assert.equal(await proxy.stop([secret]), 0);
});

test('a fleet on NATS: the server is killed and restarted, a process dies; nothing acknowledged is lost', { timeout: 300000 }, async (t) => {
  const nats = await startNATS(t);
  const to = await startReceiver(t);
  const seen = watchBodies(to, () => (Math.random() < 0.1 ? 500 : 200));
  const options = {
    rules: `${restricted}  - {name: inner events nowhere, when: {event: "Internal *"}, action: drop}\n`,
    extra: `store: off\nqueue: {key: k1, nats: {url: "${nats.url}", replicas: 1}}`,
    destinations: `  - {name: fleet, url: "${to.url}", delivery: queued, timeout: 2s, ${fast}}`,
  };
  const proxies = [await startProxy(t, options), await startProxy(t, options)];
  const load = startLoad(t, proxies.map((p) => () => p.url), { clients: 4 });
  await until(() => to.ids.size > 200, 'events through the cluster', 60000);
  await nats.kill();
  const before = load.acked.size;
  await until(() => load.acked.size > before + 200, 'acknowledgements while the cluster is away', 30000);
  await nats.start();
  await proxies[0].kill();
  await proxies[0].start();
  await until(() => load.acked.size > before + 800, 'more events', 60000);
  await load.stop();
  const events = new Set([...load.acked]);
  await assertArrived(t, 'fleet', to, events);
  assertNothingInner(to, load);
  assert.equal(seen.leaked, 0);
  for (const p of proxies) assert.equal(await p.stop([secret]), 0);
});
