// Distinctive values go in by every door: traffic of all kinds, and people who use the
// portal. Then they are searched for in everything that the program keeps, says and
// shows. Only the collector may have what the rules allow.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { startCapture, until } from './lib/capture.mjs';
import { command, startProxy } from './lib/proxy.mjs';
import { openPage, startBrowser } from './lib/browser.mjs';
import { quick, send } from './lib/portal.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { canaries as c, found, foundInFiles } from './lib/canary.mjs';

const bearer = 'token-of-the-end-to-end-tests';

// raw sends a request without changing its path, and returns the status.
const raw = (proxy, target, { method = 'POST', headers = {}, body = '' } = {}) => new Promise((done, fail) => {
  const req = http.request({ host: '127.0.0.1', port: proxy.port, path: target, method, headers: { 'content-length': Buffer.byteLength(body), ...headers } }, (res) => {
    res.resume();
    res.on('end', () => done(res.statusCode));
  });
  req.on('error', fail);
  req.end(body);
});

// traffic brings canaries in through the data port.
async function traffic(proxy) {
  const encoded = Buffer.from(`{"email":"${c.base64}"}`).toString('base64');
  const event = {
    type: 'track', event: `Mail to ${c.eventName}`, userId: c.userId, messageId: `m-${c.userId}`,
    context: { page: { url: `https://shop.example.com/reset?token=${c.token}&email=${encodeURIComponent(c.pageURL)}`, referrer: `https://example.com/?u=${c.pageURL}`, title: `Hello ${c.text}` } },
    properties: { contact: c.value, ssn: c.ssn, card: c.card, phone: c.phone, note: `write to ${c.text} or call ${c.phone}`, [c.memberName]: true, by: { [c.memberName]: { [`to ${c.memberName}`]: c.value } },
      encoded, redirect: encodeURIComponent(`https://example.com/?to=${c.escaped}`), json: JSON.stringify({ user: { email: c.nested, inner: JSON.stringify({ mail: c.nested, ssn: c.ssn }) } }), api_key: c.token },
  };
  const headers = { cookie: `uid=${c.cookie}; session=${c.token}`, referer: `https://shop.example.com/${c.header}`, 'x-user': c.header, 'user-agent': `shop/1.0 (${c.header})`, 'x-forwarded-for': c.header };
  for (let i = 0; i < 3; i++) assert.equal(await send(proxy, event, { headers }), 200);
  assert.equal(await send(proxy, { batch: [event, { ...event, event: c.eventName }] }, { path: '/v1/batch', headers }), 200);
  assert.equal(await send(proxy, { type: 'identify', userId: c.userId, traits: { email: c.value, [c.memberName]: [c.value] } }, { path: `/v1/identify?email=${encodeURIComponent(c.query)}&token=${c.token}`, key: c.userId }), 200);
  await raw(proxy, '/v1/track', { body: gzipSync(JSON.stringify(event)), headers: { 'content-encoding': 'gzip' } });
  // What is refused, and what is not an event at all.
  for (const [target, options] of [
    ['/v1/track', { body: `{"email":"${c.refused}"` }], ['/v1/track', { body: `{"${c.refused}":${c.refused}}` }], ['/collect', { body: `email=${encodeURIComponent(c.form)}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['/collect', { body: `${c.refused}`, headers: { 'content-type': `text/${c.refused}` } }], [`/${c.path}/profile?email=${c.query}`, { method: 'GET' }], [`/users/${encodeURIComponent(c.path)}`, { body: '{}' }], [`/v1/track/../${c.path}`, { body: '{}' }],
    ['/v1/track', { method: 'DELETE', headers: { 'x-user': c.header } }], ['/v1/track', { body: '{}', headers: { 'content-encoding': c.header } }], ['/v1/track', { body: '['.repeat(200) + `"${c.refused}"` }],
  ]) {
    const status = await raw(proxy, target, options);
    assert.ok(status >= 200 && status < 600);
  }
}

// people use the portal with canaries in every field. It returns what is wrong with
// what they were answered: only who asked may see, on the page, what they asked for.
async function people(t, proxy) {
  const wrong = [];
  const page = await openPage(await startBrowser(t), { baseURL: proxy.adminURL });
  const logIn = async (name, password) => {
    await page.goto('/login');
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const names = found(await page.content());
    if (names.length) wrong.push(`login: ${names}`);
  };
  await logIn(c.login, c.password); // nobody
  await logIn('olga', c.password); // somebody with the wrong word
  await logIn(c.login, 'correct horse battery');
  await logIn('olga', 'correct horse battery');
  await page.goto('/rules');
  await page.getByLabel('Event, as JSON').fill(JSON.stringify({ event: `Sold to ${c.tried}`, properties: { mail: c.tried, [c.tried]: c.ssn, card: c.card, url: `https://example.com/?token=${c.token}` } }));
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.locator('#try table').waitFor();
  await page.getByLabel('Event, as JSON').evaluate((e) => { e.textContent = ''; }); // where it was typed
  const tried = found(await page.content());
  if (tried.length) wrong.push(`try it: ${tried}`);
  await page.getByLabel('Event, as JSON').fill(`{"${c.tried}"`);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('It would be refused').waitFor();
  for (const at of ['/inbox', '/inventory']) {
    await page.goto(at);
    await page.getByRole('searchbox').fill(c.searched);
    await page.getByRole('searchbox').press('Enter');
    await page.waitForURL(/q=/);
  }
  const q = encodeURIComponent(c.address);
  for (const at of [`/inventory?type=${q}`, `/inventory?source=${q}&destination=${q}`, `/inventory?class=${q}`, `/inventory?sort=${q}`, `/inventory?cursor=${q}`, `/inbox?cursor=${q}`, `/datapoints/${q}`, `/activity?object=${q}`,
    `/activity?before=${q}`, `/destinations?type=${q}`, `/sources?by=${q}`, `/?span=${q}`, `/${q}`, `/static/${q}`, `/login?next=${q}`, `/inbox?did=confirm&points=${q}&for=${q}`]) await page.goto(at);
  // Programs, rightly and wrongly.
  const json = { 'content-type': 'application/json' };
  const as = { authorization: `Bearer ${bearer}` };
  const id = JSON.parse(await (await page.request.get('/api/v1/datapoints?personal=true')).text()).items[0].id;
  for (const [target, options] of [
    [`/datapoints?q=${encodeURIComponent(c.searched)}`, {}], [`/inbox?class=${q}`, {}], [`/datapoints?cursor=${q}`, {}], [`/datapoints/${q}`, {}], [`/inventory.csv?q=${encodeURIComponent(c.searched)}`, {}], [`/inventory.json?sort=${q}`, {}],
    [`/audit?object=${q}`, {}], [`/audit?before=${q}`, {}], [`/destinations?type=${q}`, {}], [`/overview?hours=${q}`, {}], [`/${q}`, {}], [`/processing-record?format=${q}`, {}],
    ['/explain', { method: 'POST', body: JSON.stringify({ properties: { mail: c.tried, ssn: c.ssn, card: c.card, url: `https://example.com/?token=${c.token}` } }) }],
    ['/explain', { method: 'POST', body: `{"${c.tried}"` }], [`/explain?source=${q}`, { method: 'POST', body: '{}' }],
    ...[{ type: c.body }, { class: c.body }, { status: c.body }, { [c.body]: 1 }, { note: 7, owner: [c.body] }, { class: 'red', source: c.body }].map((body) => [`/datapoints/${id}`, { method: 'PATCH', body: JSON.stringify(body) }]),
    [`/datapoints/${id}`, { method: 'PATCH', body: `{"${c.body}` }], ['/datapoints:decide', { method: 'POST', body: JSON.stringify({ filter: { q: c.body }, status: c.body }) }],
    [`/datapoints/${id}`, { method: 'PATCH', body: '{"status":"ignored"}', headers: { 'if-match': `"${c.body}"` } }],
    ['/inbox', { headers: { authorization: `Bearer ${c.bearer}` } }], ['/inbox', { headers: { authorization: `Basic ${Buffer.from(`${c.login}:${c.password}`).toString('base64')}` } }], ['/inbox', { headers: { cookie: `eventveil=${c.bearer}` } }],
    ['/inbox', { headers: { host: 'portal.example.com', 'x-forwarded-user': c.bearer } }],
  ]) {
    const res = await fetch(`${proxy.adminURL}/api/v1${target}`, { ...options, headers: { ...as, ...(options.body ? json : {}), ...options.headers } });
    const names = found([...res.headers].join('\n') + await res.text());
    if (names.length) wrong.push(`${options.method ?? 'GET'} /api/v1${target.split('?')[0]} (${res.status}): ${names}`);
  }
  return { page, wrong };
}

// shown asks for every page and every answer of the API, and returns those with canaries.
async function shown(page) {
  const wrong = [];
  const look = async (at) => {
    const res = await page.request.get(at);
    const text = await res.text();
    assert.ok(res.ok(), `${at}: ${res.status()}`);
    const names = found(Object.entries(res.headers()).join('\n') + text);
    if (names.length) wrong.push(`${at}: ${names}`);
    return text;
  };
  for (const at of ['/', '/inbox?personal=false', '/inventory?personal=false', '/sources', '/sources?by=type', '/sources?by=action', '/destinations', '/destinations?type=email', '/rules', '/activity', '/live', '/metrics', '/readyz',
    '/api/v1/inbox', '/api/v1/inventory', '/api/v1/inventory.csv?personal=false', '/api/v1/inventory.json?personal=false', '/api/v1/processing-record', '/api/v1/processing-record?format=csv', '/api/v1/sources', '/api/v1/destinations',
    '/api/v1/types', '/api/v1/rules', '/api/v1/config', '/api/v1/audit?limit=1000', '/api/v1/audit.ndjson', '/api/v1/overview', '/api/v1/status', '/api/v1/openapi.json']) await look(at);
  const { items } = JSON.parse(await look('/api/v1/datapoints?limit=1000'));
  assert.ok(items.length > 20, `${items.length} data points`);
  for (const { id } of items) {
    await look(`/datapoints/${id}`);
    await look(`/api/v1/datapoints/${id}`);
  }
  return wrong;
}

// live watches events pass, and returns the canaries in what came.
async function live(proxy, page) {
  await page.goto('/live');
  await page.getByRole('button', { name: 'Start' }).click();
  await until(async () => {
    await traffic(proxy);
    return await page.locator('#events tr').count() > 2;
  }, 'events');
  const seen = found(await page.content());
  await page.getByRole('button', { name: 'Stop' }).click();
  return seen;
}

for (const engine of ['SQLite', 'PostgreSQL']) {
  test(`canaries are nowhere but at the collector, with ${engine}`, async (t) => {
    const capture = await startCapture(t);
    const postgres = engine === 'PostgreSQL' ? await startPostgres(t) : null;
    const proxy = await startProxy(t, {
      upstream: capture.url,
      extra: `${postgres ? 'store: {url: "${DATABASE_URL}", flush: 200ms, poll: 200ms}\n' : quick}portal:\n  users: [{name: olga, role: owner, password_hash: "\${HASH}"}]\n  tokens: [{name: ci, role: editor, secret: "\${CI_TOKEN}"}]\n`,
      env: { HASH: command(['hash-password'], 'correct horse battery\n').trim(), CI_TOKEN: bearer, DATABASE_URL: postgres?.url ?? '' },
    });
    await traffic(proxy);
    const stored = async () => (await (await fetch(`${proxy.adminURL}/api/v1/datapoints?q=properties.contact`, { headers: { authorization: `Bearer ${bearer}` } })).json()).total;
    await until(async () => await stored() > 0, 'the first batch');
    const { page, wrong } = await people(t, proxy);
    assert.deepEqual(wrong, [], 'in answers to whoever asked');
    assert.deepEqual(await live(proxy, page), [], 'on the live page');
    const flushed = async () => (await proxy.metric('eventveil_store_last_flush_timestamp_seconds'));
    const from = await flushed();
    await until(async () => await flushed() > from, 'the last batch');
    assert.deepEqual(await shown(page), [], 'in pages, exports and answers');
    if (postgres) {
      const dump = postgres.dump();
      assert.ok(dump.includes('properties.contact'), 'the dump has the inventory');
      assert.deepEqual(found(dump), [], 'in the dump');
      assert.deepEqual(foundInFiles(postgres.data), [], 'in the files of the server');
    }
    assert.deepEqual(foundInFiles(proxy.dir), [], 'in the files of the store');
    if (!postgres) assert.match(fs.readFileSync(path.join(proxy.dir, 'eventveil.db-wal'), 'latin1'), /properties\.contact/, 'the files have the inventory');
    assert.equal(await proxy.stop({}), 0);
    assert.deepEqual(foundInFiles(proxy.dir), [], 'in the files of the store, closed');
    assert.deepEqual(found(proxy.log()), [], `in the log:\n${proxy.log()}`);
    // The search can find: what the rules let pass is at the collector, what they block is not.
    const there = found(capture.requests.map((r) => r.url + r.rawHeaders.join('\n') + r.body.toString('utf8')).join('\n'));
    assert.ok(there.includes('phone'), 'allowed');
    assert.deepEqual(there.filter((name) => ['ssn', 'card', 'value', 'text', 'cookie', 'nested', 'pageURL'].includes(name)), [], 'blocked or hashed');
    t.diagnostic(`at the collector: ${there}`);
  });
}
