// Many processes on one store, and a store that fails: events are filtered all the
// same, what people decided is never lost, and what fits is counted.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { startCapture, until } from './lib/capture.mjs';
import { startProxy } from './lib/proxy.mjs';
import { api, pointAt, quick, send, verifyAudit } from './lib/portal.mjs';
import { openPage, startBrowser } from './lib/browser.mjs';
import { smallDisk } from './lib/disk.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { planted } from './lib/planted.mjs';

const phone = '+1 212 555 0123';
const order = { type: 'track', event: 'Order', properties: { phone, ssn: planted.ssn } };

// orders sends n events, one after the other; each must be answered 200.
async function orders(proxy, n) {
  for (let i = 0; i < n; i++) assert.equal(await send(proxy, order), 200);
}

// arrives is the last event at the collector of a proxy, after one more.
async function arrives(proxy, capture) {
  await orders(proxy, 1);
  return capture.events().at(-1).properties;
}

const counted = async (portal, p = 'properties.ssn') => (await pointAt(portal, p)).count;
const auditOf = async (portal) => (await api(portal, '/audit?limit=1000')).items.toReversed();

// obeys sends events until one arrives as it must, and returns the milliseconds since from.
async function obeys(proxy, capture, want, from) {
  await until(async () => Object.keys(await arrives(proxy, capture)).join() === want, `properties ${want || 'none'}`);
  return Date.now() - from;
}

test('two proxies and a portal on one PostgreSQL', async (t) => {
  const postgres = await startPostgres(t);
  const captures = [await startCapture(t), await startCapture(t)];
  const env = { DATABASE_URL: postgres.url };
  const start = (role, upstream, more) => startProxy(t, { upstream, role, env, extra: `store: {url: "\${DATABASE_URL}", flush: 500ms${more ?? ''}}\n` });
  // poll is the default, 1 s: what people wait for in a real fleet.
  const proxies = await Promise.all(captures.map((c) => start('proxy', c.url)));
  const portal = await start('portal', captures[0].url);
  const [first, second] = proxies;
  let sent = 0;

  await t.test('what both meet adds up', async () => {
    await Promise.all([orders(first, 40), orders(second, 25)]);
    sent += 65;
    await until(async () => await counted(portal) === sent, `${sent} findings`);
    await until(async () => (await api(portal, '/status')).processes.map((p) => p.role).sort().join() === 'portal,proxy,proxy', 'three processes');
    const { outcomes } = await api(portal, '/overview');
    assert.equal(Object.values(outcomes).reduce((a, b) => a + b, 0), sent, 'every event has one outcome');
  });

  await t.test('a decision acts on both within two seconds', async (t) => {
    const { id } = await pointAt(portal, 'properties.phone');
    await api(portal, `/datapoints/${id}`, { method: 'PATCH', body: { class: 'red' } });
    const from = Date.now();
    const before = captures.map((c) => c.requests.length);
    const took = await Promise.all(proxies.map((p, i) => obeys(p, captures[i], '', from)));
    sent += captures.reduce((sum, c, i) => sum + c.requests.length - before[i], 0);
    t.diagnostic(`in force after ${took.join(' and ')} ms with poll: 1s`);
    assert.ok(Math.max(...took) < 2000, `${took} ms`);
  });

  await t.test('decisions of two portals at once make one chain', async (t) => {
    const other = await start('portal', captures[0].url);
    const ids = (await api(portal, '/datapoints?limit=1000')).items.filter((p) => p.path !== 'properties.phone' && p.type).map((p) => p.id);
    assert.ok(ids.length >= 2);
    const before = (await auditOf(portal)).length;
    await Promise.all([portal, other].flatMap((p) => ids.flatMap((id) => ['approved', 'ignored', 'new'].map((status) => api(p, `/datapoints/${id}`, { method: 'PATCH', body: { status } })))));
    const entries = await auditOf(other);
    verifyAudit(entries);
    assert.ok(entries.length > before + ids.length, `${entries.length} entries`);
    await other.kill();
    for (const id of ids) await api(portal, `/datapoints/${id}`, { method: 'PATCH', body: { status: 'new' } }); // whoever was last
    const from = captures.map((c) => c.requests.length);
    await Promise.all(proxies.map((p, i) => obeys(p, captures[i], '', Date.now())));
    sent += captures.reduce((sum, c, i) => sum + c.requests.length - from[i], 0);
  });

  await t.test('kill -9 of a proxy loses at most the last interval, and no decision', async () => {
    await until(async () => await counted(portal) === sent, `${sent} findings`);
    await orders(first, 7);
    await first.kill();
    await first.start();
    assert.deepEqual(await arrives(first, captures[0]), {}, 'the first event after it is already decided on');
    await orders(second, 3);
    await until(async () => await counted(portal) >= sent + 4, 'what was sent after it');
    const now = await counted(portal);
    assert.ok(now <= sent + 11, `${now - sent} of 11`);
    sent = now;
  });

  await t.test('PostgreSQL stops: every event is answered and filtered, and it is said', async (t) => {
    await postgres.stop();
    const end = Date.now() + 1500;
    const before = captures.map((c) => c.requests.length);
    while (Date.now() < end) await Promise.all(proxies.map((p) => orders(p, 1)));
    captures.forEach((c, i) => {
      const during = c.events().slice(before[i]);
      assert.ok(during.length > 10);
      assert.deepEqual(during.filter((e) => Object.keys(e.properties).length > 0), [], 'filtered by rules and decisions');
      sent += during.length;
    });
    for (const p of proxies) {
      await until(async () => (await p.ready()).text.includes('store'), 'a word about the store');
      const { status, text } = await p.ready();
      assert.equal(status, 200);
      assert.match(text, /^ready\nthe store cannot be used since .*: .*the database/);
      assert.equal(await p.metric('eventveil_store_up'), 0);
    }
    await until(async () => (await portal.ready()).status === 503, 'the portal not ready');
    assert.match((await portal.ready()).text, /not ready: the store cannot be used/);
    for (const p of ['/', '/inbox', '/inventory', '/sources', '/destinations', '/activity']) {
      const res = await fetch(portal.adminURL + p);
      const text = await res.text();
      assert.equal(res.status, 503, p);
      assert.match(text, /store cannot be used.*Traffic is not affected/is, p);
      assert.ok(!text.includes(postgres.url));
    }
    const problem = await api(portal, '/inbox', { status: 503 });
    assert.match(problem.detail, /the store cannot be used/);
    assert.equal(problem.type, 'urn:eventveil:problem:store');
    assert.equal((await api(portal, '/status')).store.usable, false);
    const page = await openPage(await startBrowser(t), { baseURL: portal.adminURL });
    await page.goto('/inbox');
    await page.getByRole('heading', { name: 'The store cannot be used' }).waitFor();
  });

  await t.test('PostgreSQL starts again: counts arrive, decisions act, nobody restarts anything', async (t) => {
    await postgres.start();
    const from = Date.now();
    await until(async () => (await portal.ready()).status === 200, 'the portal ready');
    await until(async () => await counted(portal) === sent, `${sent} findings`);
    t.diagnostic(`all counts of the time without it had arrived ${Date.now() - from} ms after it was back`);
    const { id } = await pointAt(portal, 'properties.phone');
    await api(portal, `/datapoints/${id}`, { method: 'PATCH', body: { status: 'new' } });
    const took = await Promise.all(proxies.map((p, i) => obeys(p, captures[i], 'phone', Date.now())));
    assert.ok(Math.max(...took) < 2000, `${took} ms`);
    for (const p of proxies) await until(async () => (await p.ready()).text === 'ready\n', 'no word about the store');
    verifyAudit(await auditOf(portal));
    for (const p of [...proxies, portal]) assert.equal(await p.stop({ ...planted, phone, url: postgres.url }), 0);
  });
});

test('SQLite: kill -9 under load loses at most the last interval, and no decision', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra: quick });
  await orders(proxy, 5);
  await until(async () => await counted(proxy) === 5, 'five findings');
  const { id } = await pointAt(proxy, 'properties.phone');
  await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { class: 'red' } });
  for (let round = 1; round <= 3; round++) {
    const before = await counted(proxy);
    let stop = false, answered = 0;
    const load = Promise.all(Array.from({ length: 8 }, async () => {
      while (!stop) {
        try { if (await send(proxy, order) === 200) answered++; } catch { return; } // it was killed
      }
    }));
    await until(async () => await counted(proxy) > before, 'a batch under load');
    const stored = await counted(proxy);
    await proxy.kill();
    stop = true;
    await load;
    await proxy.start();
    assert.deepEqual(await arrives(proxy, capture), {}, 'the decision is in force with the first event');
    await until(async () => await counted(proxy) > stored, 'counting goes on');
    assert.ok(await counted(proxy) <= before + answered + 9 + round, 'nothing is counted twice');
  }
  verifyAudit(await auditOf(proxy));
  assert.equal(await proxy.stop({ ...planted, phone }), 0);
});

test('SQLite: the disk is full, then there is room again', async (t) => {
  const disk = smallDisk(t, 4 << 20);
  if (!disk) return t.skip('needs the right to mount a small disk');
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra: `store: {path: "${path.join(disk.dir, 'eventveil.db')}", flush: 200ms, poll: 200ms}\n` });
  await orders(proxy, 5);
  const { id } = await pointAt(proxy, 'properties.phone');
  await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { class: 'red' } });
  disk.fill();
  let n = 5;
  await until(async () => {
    await orders(proxy, 1);
    n++;
    return (await proxy.ready()).text.includes('store');
  }, 'a word about the disk');
  assert.equal((await proxy.ready()).status, 200);
  assert.match((await proxy.ready()).text, /the disk is full/);
  assert.deepEqual(await arrives(proxy, capture), {}, 'filtered by rules and decisions');
  const refused = await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { class: 'green' }, status: 503 });
  assert.match(refused.detail, /the disk is full.*make room/);
  assert.match(await (await fetch(`${proxy.adminURL}/`)).text(), /The store cannot be used.*the disk is full/s);
  assert.deepEqual(await arrives(proxy, capture), {}, 'what was not stored is not in force');
  n += 2;
  disk.free();
  await until(async () => (await proxy.ready()).text === 'ready\n', 'recovery');
  await until(async () => await counted(proxy) === n, `all ${n} findings`);
  await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { class: 'green' } });
  assert.deepEqual(await arrives(proxy, capture), { phone });
  verifyAudit(await auditOf(proxy));
  assert.equal(await proxy.stop({ ...planted, phone }), 0);
});

// A folder that is made read-only keeps out everybody but root, so it is a disk.
test('SQLite: started on a read-only disk it filters, says so, and goes on when the disk can be written', async (t) => {
  const disk = smallDisk(t, 4 << 20);
  if (!disk) return t.skip('needs the right to mount a small disk');
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra: `store: {path: "${path.join(disk.dir, 'eventveil.db')}", flush: 200ms, poll: 200ms}\n` });
  await orders(proxy, 5);
  await until(async () => await counted(proxy) === 5, 'five findings');
  const { id } = await pointAt(proxy, 'properties.phone');
  await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { class: 'red' } });
  await proxy.stop();
  disk.readOnly(true);
  await proxy.start();
  assert.equal((await proxy.ready()).status, 200);
  assert.match((await proxy.ready()).text, /is read-only/);
  assert.ok(!('ssn' in await arrives(proxy, capture)), 'filtered by the rules');
  const res = await fetch(`${proxy.adminURL}/inbox`);
  assert.equal(res.status, 503);
  assert.match(await res.text(), /read-only/);
  disk.readOnly(false);
  await until(async () => (await proxy.ready()).text === 'ready\n', 'recovery');
  await until(async () => !('phone' in await arrives(proxy, capture)), 'the decision');
  await until(async () => await counted(proxy) > 5, 'counting');
  assert.equal(await proxy.stop({ ...planted, phone }), 0);
});
