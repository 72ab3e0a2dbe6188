// The portal as people use it: real traffic, a real browser, a real collector.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { startCapture, until } from './lib/capture.mjs';
import { command, startProxy } from './lib/proxy.mjs';
import { assertQuiet, openPage, startBrowser } from './lib/browser.mjs';
import { api, parseCSV, pointAt, quick, send, verifyAudit } from './lib/portal.mjs';
import { planted } from './lib/planted.mjs';

const sources = `sources:
  - {name: web, match: {write_key: wk_web}}
  - {name: app, match: {write_key: wk_app}}
`;
const phone = '+1 212 555 0123';

// begin starts a collector, a proxy and a browser on one page.
async function begin(t, { extra = '', env } = {}) {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra: quick + sources + extra, env });
  const page = await openPage(await startBrowser(t), { baseURL: proxy.adminURL, acceptDownloads: true });
  return { capture, proxy, page };
}

// passed sends an event and returns its properties as they arrived at the collector.
async function passed({ proxy, capture }, properties, how) {
  assert.equal(await send(proxy, { type: 'track', event: 'Order', properties }, how), 200);
  return capture.events().at(-1).properties;
}

// row is the row of a list with a path.
const row = (page, path) => page.locator('tr.row', { has: page.locator('a.open', { hasText: path }) });

// decide presses a button of a row; its name says which row it is of, for those who only hear it.
const decide = (page, path, word) => row(page, path).getByRole('button', { name: `${word} ${path}` }).click();

// appears reloads a list until a path is in it, and returns its row.
async function appears(page, address, path) {
  await until(async () => {
    await page.goto(address);
    return await row(page, path).count() === 1;
  }, `${path} in ${address}`);
  return row(page, path);
}

test('from an empty portal to a decision that the very next event obeys, and back', async (t) => {
  const all = await begin(t);
  const { proxy, page } = all;
  await page.goto('/');
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Nothing has passed yet');
  const example = await page.locator('pre code').textContent();
  assert.ok(example.includes(`${proxy.url}/v1/track`), `the example leads elsewhere: ${example}`);
  for (const [address, words] of [['/inbox', 'The inbox is empty'], ['/inventory', 'No personal data was met yet'], ['/sources', 'No personal data was met yet'],
    ['/destinations', 'No personal data was met yet'], ['/activity', 'Nobody has decided anything yet']]) {
    await page.goto(address);
    await page.getByRole('heading', { name: words }).waitFor();
  }

  assert.deepEqual(await passed(all, { phone, ssn: planted.ssn, plan: 'pro' }), { phone, plan: 'pro' }, 'what the rules alone do');
  const met = Date.now();
  await appears(page, '/inbox', 'properties.phone');
  t.diagnostic(`in the inbox ${Date.now() - met} ms after the event, with flush: 200ms`);
  assert.match(await row(page, 'properties.phone').textContent(), /Personal.*phone.*\+9 999 999 9999.*by name and value, validated.*from web/s);
  assert.doesNotMatch(await page.content(), /212 555 0123/);

  await row(page, 'properties.phone').locator('summary').click();
  await row(page, 'properties.phone').locator('select[name=class]').selectOption('red');
  await row(page, 'properties.phone').locator('.pop button').click();
  assert.match(await page.locator('.flash').textContent(), /properties\.phone \(phone\) is reclassified as restricted, phone\./);
  assert.equal(await row(page, 'properties.phone').count(), 0, 'it is decided');
  assert.deepEqual(await passed(all, { phone, plan: 'pro' }), { plan: 'pro' }, 'restricted now');
  await page.locator('.flash button', { hasText: 'Undo' }).click();
  await page.locator('.flash').waitFor();
  assert.deepEqual(await passed(all, { phone, plan: 'pro' }), { phone, plan: 'pro' }, 'taken back');
  assert.equal(await row(page, 'properties.phone').count(), 1, 'it waits again');

  await decide(page, 'properties.ssn', 'Ignore');
  await page.locator('.flash').waitFor();
  assert.deepEqual(await passed(all, { ssn: planted.ssn }), { ssn: planted.ssn }, 'ignored');
  await page.locator('.flash button', { hasText: 'Undo' }).click();
  await page.locator('.flash').waitFor();
  assert.deepEqual(await passed(all, { ssn: planted.ssn }), {}, 'removed again');

  await decide(page, 'properties.ssn', 'Confirm');
  assert.match(await page.locator('.flash').textContent(), /confirmed/);
  const id = (await pointAt(proxy, 'properties.ssn')).id;
  await page.goto(`/datapoints/${id}`);
  assert.match(await page.locator('main').textContent(), /Approved/);
  assertQuiet(page);
  assert.equal(await proxy.stop({}), 0);
});

test('a decision about one source leaves the others alone', async (t) => {
  const all = await begin(t);
  const { proxy, page } = all;
  const web = { key: 'wk_web' }, app = { key: 'wk_app' };
  assert.deepEqual(await passed(all, { ssn: planted.ssn }, web), {});
  assert.deepEqual(await passed(all, { ssn: planted.ssn }, app), {});
  await until(async () => (await pointAt(proxy, 'properties.ssn')).sources.length === 2, 'both sources');
  await page.goto(`/datapoints/${(await pointAt(proxy, 'properties.ssn')).id}`);
  await page.locator('#decide .chips a', { hasText: 'app' }).click();
  await page.getByText('About what comes from app alone.').waitFor();
  await page.locator('#decide button[value=ignore]').click();
  assert.match(await page.locator('.flash').textContent(), /from app, is ignored from now on/);
  assert.deepEqual(await passed(all, { ssn: planted.ssn }, web), {}, 'web goes by the rules');
  assert.deepEqual(await passed(all, { ssn: planted.ssn }, app), { ssn: planted.ssn }, 'app was decided on');
  await page.locator('.flash button', { hasText: 'Undo' }).click();
  await page.locator('.flash').waitFor();
  assert.deepEqual(await passed(all, { ssn: planted.ssn }, app), {}, 'app goes by the rules again');
  assertQuiet(page);
});

test('somebody was faster: nothing is lost and it says what changed', async (t) => {
  const all = await begin(t);
  const { proxy, page } = all;
  await passed(all, { phone });
  await appears(page, '/inbox', 'properties.phone');
  const { id } = await pointAt(proxy, 'properties.phone');
  await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { status: 'ignored' } });
  await decide(page, 'properties.phone', 'Confirm');
  await page.getByRole('heading', { name: 'Somebody was faster' }).waitFor();
  assert.match(await page.locator('main').textContent(), /Ignored.*Decided meanwhile.*local.*status New → Ignored/s);
  assert.equal((await pointAt(proxy, 'properties.phone')).status, 'ignored');
  await page.getByRole('button', { name: 'Confirm nevertheless' }).click();
  await page.locator('.flash').waitFor();
  assert.equal((await pointAt(proxy, 'properties.phone')).status, 'approved');
  page.complaints = page.complaints.filter((c) => !c.includes('status of 412'));
  assertQuiet(page);
});

test('the inventory is searched, filtered and sorted by its address, and goes out as CSV', async (t) => {
  const all = await begin(t, { extra: 'limits: {key_bytes: 32KiB}\n' });
  const { proxy, page } = all;
  const hostile = { formula: "=cmd|' /C calc'!A0", html: '<img src=x onerror=alert(1)>', turned: 'a\u202Emoc.evil', control: 'bell\u0007tab\t', plus: '+1+1', at: '@SUM(A1)' };
  await send(proxy, Object.fromEntries(Object.values(hostile).map((name) => [name, phone])), { path: '/collect' });
  for (let i = 0; i < 3; i++) await passed(all, { phone, ssn: planted.ssn });
  await passed(all, { contact: planted.email, [`long_${'x'.repeat(10000)}`]: phone }, { key: 'wk_app' });
  await pointAt(proxy, 'properties.contact');
  await pointAt(proxy, hostile.formula);

  await page.goto('/inventory');
  assert.equal(await page.locator('img[src=x]').count(), 0, 'markup in a name is text');
  const shown = await page.locator('main').textContent();
  for (const text of [hostile.formula, hostile.html, 'amoc_evil', 'belltab']) assert.ok(shown.includes(text), `${text} is not shown in ${shown}`);
  assert.doesNotMatch(shown, /[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/, 'nothing that turns or hides text');
  assert.ok(!shown.includes('x'.repeat(700)), 'a long name is cut');

  const paths = async () => page.locator('a.open').allTextContents();
  await page.getByRole('searchbox').fill('PROPERTIES.S');
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL('**/inventory?q=PROPERTIES.S');
  assert.deepEqual(await paths(), ['properties.ssn']);
  await page.getByRole('link', { name: 'Take all filters away' }).click();
  await page.locator('#facets').getByRole('link', { name: /^app/ }).click();
  await page.waitForURL('**/inventory?source=app');
  assert.ok((await paths()).includes('properties.contact'));
  assert.ok(!(await paths()).includes('properties.ssn'));
  await page.locator('#facets').getByRole('link', { name: /email/ }).click();
  await page.waitForURL('**/inventory?source=app&type=email');
  assert.deepEqual(await paths(), ['properties.contact']);
  const kept = page.url();
  await page.goto('/');
  await page.goto(kept);
  assert.deepEqual(await paths(), ['properties.contact'], 'the address is all that the view needs');

  await page.goto('/inventory?source=web&type=phone&type=us_ssn');
  await page.getByRole('columnheader', { name: 'Data point' }).getByRole('link').click();
  await page.waitForURL('**/inventory?sort=path&source=web&type=phone&type=us_ssn');
  assert.equal(await page.getByRole('columnheader', { name: 'Data point' }).getAttribute('aria-sort'), 'ascending');
  const rising = await paths();
  await page.getByRole('columnheader', { name: 'Data point' }).getByRole('link').click();
  await page.waitForURL('**/inventory?sort=-path&source=web&type=phone&type=us_ssn');
  assert.deepEqual(await paths(), rising.toReversed());
  assert.ok(rising.length >= 2);

  await page.goto('/inventory?type=us_ssn');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
  assert.equal(download.suggestedFilename(), 'inventory.csv');
  const filtered = parseCSV(fs.readFileSync(await download.path(), 'utf8').slice(1));
  assert.equal(filtered.length, 2, 'the head and one row');
  assert.equal(filtered[1][filtered[0].indexOf('path')], 'properties.ssn');
  assert.equal(filtered[1][filtered[0].indexOf('count')], '3');

  const res = await fetch(`${proxy.adminURL}/api/v1/inventory.csv`);
  const raw = Buffer.from(await res.arrayBuffer());
  assert.deepEqual([...raw.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'a byte order mark');
  assert.match(res.headers.get('content-type'), /^text\/csv; charset=utf-8$/);
  assert.match(res.headers.get('content-disposition'), /^attachment; filename="inventory\.csv"$/);
  const table = parseCSV(raw.subarray(3).toString('utf8'));
  assert.ok(table.every((r) => r.length === table[0].length), 'every row has every cell');
  assert.equal(table.length - 1, (await api(proxy, '/datapoints?personal=true')).total);
  const cells = table.flat();
  for (const name of [hostile.formula, hostile.plus, hostile.at]) assert.ok(cells.includes(`'${name}`), `${name} has an apostrophe`);
  assert.deepEqual(cells.filter((c) => /^[=+\-@\t\r]/.test(c)), [], 'no cell is a formula');
  assertQuiet(page);
});

test('a data point, the destinations, the rules, the audit and the live tail tell the truth', async (t) => {
  const all = await begin(t);
  const { proxy, page, capture } = all;
  assert.equal(await send(proxy, { type: 'track', event: 'Order', context: { ip: planted.ip }, properties: { ssn: planted.ssn, contact: planted.email } }), 200);
  const point = await pointAt(proxy, 'properties.contact');

  await page.goto(`/datapoints/${point.id}`);
  const now = page.locator('.panel', { hasText: 'What happens to it now' });
  const line = fs.readFileSync(`${proxy.dir}/config.yaml`, 'utf8').split('\n').findIndex((l) => l.includes('name: mail')) + 1;
  assert.match(await now.textContent(), new RegExp(`collector.*hashed.*mail.*config\\.yaml, line ${line}`, 's'));
  assert.match(await page.locator('.panel', { hasText: 'Where it was met' }).textContent(), /web.*Order.*collector: hashed/s);

  await page.goto('/destinations?type=ip_address');
  assert.match(await page.locator('.answer').textContent(), /Which destinations do we send ip_address to\?.*To none as it is\..*Shortened for collector/s);
  await page.goto('/destinations?type=us_ssn');
  assert.match(await page.locator('.answer').textContent(), /Removed for collector/);
  await page.goto('/sources');
  assert.match(await page.locator('.answer').textContent(), /web/);

  const before = await api(proxy, '/datapoints?limit=1000');
  const arrived = capture.requests.length;
  await page.goto('/rules');
  assert.match(await page.locator('tr', { hasText: 'mail' }).first().textContent(), new RegExp(`line ${line}`));
  await page.getByLabel('Event, as JSON').fill(JSON.stringify({ event: 'Tried', properties: { only_tried: planted.email, tried_card: planted.card } }));
  await page.getByRole('button', { name: 'Try it' }).click();
  const tried = page.locator('#try table');
  await tried.waitFor();
  assert.match(await tried.textContent(), /\/properties\/only_tried.*email.*hashed.*mail, line \d+/s);
  assert.match(await tried.textContent(), /tried_card.*removed.*restricted/s);
  assert.ok(!(await tried.innerHTML()).includes(planted.email), 'values stand in the box alone');
  await page.getByLabel('Event, as JSON').fill('{"broken":');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('It would be refused').waitFor();
  const flushed = (await api(proxy, '/status')).store.last_flush;
  await until(async () => (await api(proxy, '/status')).store.last_flush > flushed, 'another batch');
  assert.deepEqual((await api(proxy, '/datapoints?limit=1000')).items.map((p) => p.path), before.items.map((p) => p.path), 'nothing of it is stored');
  assert.equal(capture.requests.length, arrived, 'nothing of it is sent');

  await page.goto(`/datapoints/${point.id}`);
  await page.getByLabel('Note').fill('for the newsletter');
  await page.getByLabel('Owner').fill('Marketing');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.flash').waitFor();
  await page.locator('#decide button[value=confirm]').click();
  await page.locator('.flash', { hasText: 'confirmed' }).waitFor();
  await page.goto('/activity');
  assert.match(await page.locator('tbody tr').first().textContent(), /local.*decide.*properties\.contact.*status New → Approved/s);
  const entries = (await api(proxy, '/audit.ndjson')).trim().split('\n').map((l) => JSON.parse(l));
  verifyAudit(entries);
  assert.deepEqual(entries.map((e) => e.action), ['decide', 'decide', 'export']);
  assert.throws(() => verifyAudit(entries.map((e, i) => (i ? e : { ...e, actor: 'mallory' }))), 'a changed entry is noticed');

  await page.goto('/live');
  await page.getByRole('button', { name: 'Start' }).click();
  await until(async () => {
    await passed(all, { contact: planted.email });
    return await page.locator('#events tr').count() > 0;
  }, 'an event on the live page');
  const live = await page.locator('#events').textContent();
  assert.match(live, /web.*Order.*properties\.contact.*email.*aaa\.a@aaaaaaa\.aaa.*collector: hashed/s);
  assert.ok(!live.includes(planted.email));
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped.').waitFor();
  assertQuiet(page);
  assert.equal(await proxy.stop(), 0);
});

test('the inbox by keyboard alone', async (t) => {
  const all = await begin(t);
  const { proxy, page } = all;
  await passed(all, { phone, ssn: planted.ssn, contact: planted.email });
  await appears(page, '/inbox?sort=path', 'properties.ssn');
  const focused = () => page.evaluate(() => document.activeElement.closest('tr.row')?.querySelector('a.open').textContent ?? document.activeElement.id);
  const paths = await page.locator('a.open').allTextContents();
  const at = paths.indexOf('properties.phone');

  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().top) >= 0, 'it can be seen');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'main');

  for (let i = 0; i <= at; i++) await page.keyboard.press('j');
  assert.equal(await focused(), 'properties.phone');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await focused(), 'properties.phone');
  await page.keyboard.press('c');
  await page.locator('.flash', { hasText: 'confirmed' }).waitFor();
  assert.equal((await pointAt(proxy, 'properties.phone')).status, 'approved');
  assert.equal(await focused(), paths[at + 1], 'it goes on where it was');
  await page.keyboard.press('i');
  await page.locator('.flash', { hasText: 'ignored' }).waitFor();
  assert.equal((await pointAt(proxy, paths[at + 1])).status, 'ignored');
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  assert.equal(await focused(), 'q');
  await page.keyboard.type('jjc');
  assert.equal(await page.getByRole('searchbox').inputValue(), 'jjc', 'letters in a field are letters');
  assert.deepEqual((await api(proxy, '/datapoints?status=approved&status=ignored')).total, 2);

  await page.goto('/inbox');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  assert.match(await page.locator('#ticked').textContent(), /1 ticked/);
  await page.keyboard.press('x');
  assert.match(await page.locator('#ticked').textContent(), /None ticked/);

  const two = await page.locator('a.open').allTextContents().then((all) => all.slice(0, 2));
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.locator('#bulk button[value=confirm]').focus();
  await page.keyboard.press('Enter');
  assert.match(await page.locator('.flash').textContent(), /2 data points are confirmed/);
  for (const p of two) assert.equal((await pointAt(proxy, p)).status, 'approved');
  await page.locator('.flash button').focus();
  await page.keyboard.press('Enter');
  await page.locator('.flash', { hasText: 'back in the inbox' }).waitFor();
  for (const p of two) assert.equal((await pointAt(proxy, p)).status, 'new');

  // Around the page once: every stop can be seen, is not covered by another, and says so.
  await page.setViewportSize({ width: 1280, height: 500 });
  await page.goto('/inbox');
  const stops = [];
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      const box = e.getBoundingClientRect(), style = getComputedStyle(e);
      const top = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2, box.y + box.height / 2);
      return { covered: !(e.contains(top) || top?.contains(e)), is: e.tagName, words: (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40), seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, order: [...document.querySelectorAll('*')].indexOf(e) };
    });
    if (stop.is === 'BODY') break;
    stops.push(stop);
  }
  assert.ok(stops.length > 20 && stops.length < 200, `${stops.length} stops, no trap`);
  assert.deepEqual(stops.filter((s) => !s.seen || !s.marked || s.covered), []);
  assert.deepEqual(stops.map((s) => s.order), stops.map((s) => s.order).toSorted((a, b) => a - b), 'the order of the page');
  assertQuiet(page);
});

test('roles: a viewer looks, an editor decides, an owner takes the audit along', async (t) => {
  const people = { vera: 'viewer', edda: 'editor', olga: 'owner' };
  const password = (name) => `${name}: correct horse battery`;
  const all = await begin(t, {
    extra: `portal:\n  users:\n${Object.entries(people).map(([name, role]) => `    - {name: ${name}, role: ${role}, password_hash: "\${${name.toUpperCase()}_HASH}"}\n`).join('')}`
      + '  tokens: [{name: ci, role: viewer, secret: "${CI_TOKEN}"}]\n',
    env: { CI_TOKEN: 'token-of-the-end-to-end-tests', ...Object.fromEntries(Object.keys(people).map((name) => [`${name.toUpperCase()}_HASH`, command(['hash-password'], password(name)).trim()])) },
  });
  const { proxy, page } = all;
  const form = { post: (fields, headers = {}) => page.request.post('/decide', { form: fields, headers, maxRedirects: 0 }) };
  const logIn = async (name, word = password(name)) => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(word);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const token = () => page.locator('form[action="/logout"] input[name=token]').inputValue();
  await passed(all, { ssn: planted.ssn, phone });

  await page.goto('/inbox?sort=path');
  assert.match(page.url(), /\/login\?next=/);
  await logIn('vera', 'not her password');
  await page.getByText('The name or the password is wrong.').waitFor();
  await logIn('vera');
  await page.waitForURL('**/inbox?sort=path');
  await appears(page, '/inbox', 'properties.ssn');
  assert.match(await page.locator('.who').textContent(), /vera viewer/);
  const { items: [{ id }] } = JSON.parse(await (await page.request.get('/api/v1/inbox?type=us_ssn')).text());
  for (const address of ['/inbox', `/datapoints/${id}`]) {
    await page.goto(address);
    assert.equal(await page.locator('form[action="/decide"]').count(), 0, `a viewer has nothing to decide with on ${address}`);
  }
  const point = `${id}:0`;
  const refused = await form.post({ do: 'ignore', point, back: '/inbox', token: await token() });
  assert.equal(refused.status(), 403);
  assert.match(await refused.text(), /You are a viewer\. This needs an editor\./);
  assert.equal((await page.request.get('/api/v1/audit.ndjson')).status(), 403);
  const asProgram = await fetch(`${proxy.adminURL}/api/v1/datapoints/${id}`, { method: 'PATCH', body: '{"status":"ignored"}',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token-of-the-end-to-end-tests' } });
  assert.equal(asProgram.status, 403);
  assert.equal(asProgram.headers.get('content-type'), 'application/problem+json');
  assert.equal((await fetch(`${proxy.adminURL}/api/v1/inbox`, { headers: { authorization: 'Bearer token-of-the-end-to-end-tests' } })).status, 200);
  assert.equal((await fetch(`${proxy.adminURL}/api/v1/inbox`, { headers: { authorization: 'Bearer of-bad-news-for-the-portal' } })).status, 401);
  assert.equal((await fetch(`${proxy.adminURL}/api/v1/inbox`)).status, 401);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL('**/login');
  await page.goto('/inbox');
  assert.match(page.url(), /\/login\?next=/, 'she is logged out');

  await logIn('edda');
  await page.waitForURL('**/inbox');
  for (const [fields, headers, why] of [[{ token: 'made-up' }, {}, 'This page is out of date'], [{ token: await token() }, { origin: 'https://evil.example.com' }, 'This came from another site']]) {
    const res = await form.post({ do: 'ignore', point, back: '/inbox', ...fields }, headers);
    assert.equal(res.status(), 403);
    assert.ok((await res.text()).includes(why), why);
  }
  await decide(page, 'properties.ssn', 'Confirm');
  await page.locator('.flash', { hasText: 'confirmed' }).waitFor();
  assert.equal((await page.request.get('/api/v1/audit.ndjson')).status(), 403);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL('**/login');

  await logIn('olga');
  await page.waitForURL(`${proxy.adminURL}/`);
  const exported = await page.request.get('/api/v1/audit.ndjson');
  assert.equal(exported.status(), 200);
  const entries = (await exported.text()).trim().split('\n').map((l) => JSON.parse(l));
  verifyAudit(entries);
  assert.deepEqual(entries.filter((e) => e.action === 'decide').map((e) => `${e.actor} ${e.label}`), ['edda properties.ssn · us_ssn']);
  assert.deepEqual(entries.filter((e) => ['login', 'logout'].includes(e.action)).map((e) => `${e.actor} ${e.action}`), ['vera login', 'vera logout', 'edda login', 'edda logout', 'olga login']);
  assert.equal(entries.at(-1).action, 'export');
  assert.equal((await page.request.post('/-/reload')).status(), 200);
  await page.goto('/activity');
  assert.match(await page.locator('main').textContent(), /olga.*edda.*vera/s);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL('**/login');

  await until(async () => {
    await page.goto('/login');
    await logIn('vera', 'guess');
    return await page.getByText('Too many wrong attempts').count() > 0;
  }, 'the limit');
  assert.match(await page.locator('main').textContent(), /Wait \d+ s and try again\./);
  page.complaints = page.complaints.filter((c) => !/status of (401|429)/.test(c));
  assertQuiet(page);
  assert.equal(await proxy.stop({ ...planted, ...Object.fromEntries(Object.keys(people).map((name) => [name, password(name)])), token: 'token-of-the-end-to-end-tests' }), 0);
});
