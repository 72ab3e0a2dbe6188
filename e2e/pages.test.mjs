// How the pages look and what the browser says of them: in two sizes, light and dark.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startCapture, until } from './lib/capture.mjs';
import { command, startProxy } from './lib/proxy.mjs';
import { assertAccessible, assertFits, assertQuiet, openPage, picture, screenshots, sizes, startBrowser, themes } from './lib/browser.mjs';
import { api, pointAt, quick, send, verifyAudit } from './lib/portal.mjs';
import { planted } from './lib/planted.mjs';
import { startReceiver } from './lib/receiver.mjs';

const extra = `${quick}sources:
  - {name: web, match: {write_key: wk_web}}
  - {name: ios-app, match: {write_key: wk_ios}}
  - {name: billing, match: {write_key: wk_billing}}
`;

// traffic is a shop's day.
async function traffic(proxy) {
  const { email, card, ssn, ip } = planted;
  const phone = '+1 212 555 0123';
  const page = { url: `https://shop.example.com/checkout?email=${encodeURIComponent(email)}&step=2`, referrer: 'https://example.com/' };
  const sent = [];
  for (let i = 0; i < 20; i++) {
    sent.push([{ type: 'page', name: 'Home', anonymousId: `a-${i}`, context: { ip, page } }, { path: '/v1/page' }]);
    sent.push([{ type: 'track', event: 'Product Viewed', userId: `u-${i}`, properties: { sku: `S-${i}`, price: 9.5 + i } }, {}]);
    if (i % 2) sent.push([{ type: 'identify', userId: `u-${i}`, traits: { email, phone, first_name: 'Ada', last_name: 'Lovelace', birthday: '1990-12-10', address: { street: '1 Main St', postal_code: '90210', city: 'Springfield' } } }, { path: '/v1/identify', key: 'wk_ios' }]);
    if (i % 3 === 0) sent.push([{ type: 'track', event: 'Order Completed', userId: `u-${i}`, properties: { order_id: `O-${i}`, card_number: card, note: `call ${phone}`, items: [{ gift_to: email }] } }, { key: 'wk_billing' }]);
  }
  sent.push([{ type: 'track', event: 'Credit Check', properties: { ssn, iban: 'DE89370400440532013000', password: 'correct horse' } }, { key: 'wk_billing' }]);
  sent.push([{ type: 'track', event: 'Odd', properties: { '<b onmouseover=alert(1)>': email, 'שם\u202E': phone, [`a_${'very_long_name_'.repeat(40)}`]: email } }, {}]);
  const answers = await Promise.all(sent.map(([event, how]) => send(proxy, event, how)));
  assert.deepEqual(answers.filter((status) => status !== 200), []);
}

// decisions are some of each kind.
async function decisions(proxy) {
  const patch = async (path, body) => api(proxy, `/datapoints/${(await pointAt(proxy, path)).id}`, { method: 'PATCH', body });
  await patch('traits.phone', { class: 'red', note: 'Only the call center needs it.\nSee the register.', owner: 'Support' });
  await patch('traits.email', { status: 'approved' });
  await patch('properties.iban', { status: 'approved' });
  await patch('traits.address.city', { status: 'ignored' });
  await patch('properties.note', { status: 'ignored', source: 'billing' });
}

// views are all pages, by the name of their picture: where they are, or how to come there.
const views = {
  overview: '/', inbox: '/inbox', inventory: '/inventory', 'inventory-filtered': '/inventory?class=red&status=new', 'inventory-everything': '/inventory?personal=false&sort=path',
  sources: '/sources', 'sources-by-type': '/sources?by=type', 'sources-by-action': '/sources?by=action', destinations: '/destinations', rules: '/rules', activity: '/activity',
  datapoint: async (page, proxy) => page.goto(`/datapoints/${(await pointAt(proxy, 'traits.phone')).id}`),
  'datapoint-for-a-source': async (page, proxy) => page.goto(`/datapoints/${(await pointAt(proxy, 'properties.note')).id}?source=billing`),
  'inbox-reclassify': async (page) => {
    await page.goto('/inbox');
    await page.locator('tr.row summary').first().click();
  },
  'inbox-decided': async (page) => {
    await page.goto('/inbox');
    await page.locator('tr.row button[value=ignore]').first().click();
    await page.locator('.flash').waitFor();
  },
  'not-made': async (page, proxy) => {
    await page.goto('/inbox');
    const id = (await page.locator('tr.row a.open').first().getAttribute('href')).split('/').at(-1);
    for (const status of ['ignored', 'new']) await api(proxy, `/datapoints/${id}`, { method: 'PATCH', body: { status } });
    await page.locator('tr.row button[value=ignore]').first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
  },
  'rules-tried': async (page) => {
    await page.goto('/rules');
    await page.getByLabel('Event, as JSON').fill(JSON.stringify({ type: 'track', event: 'Order', properties: { email: planted.email, card: planted.card, text: `from ${planted.ip}` } }, null, 1));
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.locator('#try table').waitFor();
  },
  live: async (page, proxy) => {
    await page.goto('/live');
    await page.getByRole('button', { name: 'Start' }).click();
    await until(async () => {
      await send(proxy, { type: 'identify', userId: 'u-7', traits: { email: planted.email, phone: '+1 212 555 0123' } }, { path: '/v1/identify' });
      return await page.locator('#events tr').count() > 1;
    }, 'events');
  },
  'no-such-page': '/nowhere', 'no-such-point': '/datapoints/00000000000000000000', 'bad-address': '/inventory?class=blue',
};

// look judges a page in both sizes and themes. What the browser says of a page that is
// an answer of 4xx on purpose is no complaint.
async function look(t, page, checked, name) {
  page.complaints = page.complaints.filter((c) => !/status of 4\d\d/.test(c));
  assertQuiet(page);
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await checked.setViewportSize(viewport);
    for (const theme of themes) {
      for (const p of [page, checked]) await p.emulateMedia({ colorScheme: theme });
      await t.test(`${name}, ${size}, ${theme}`, async () => {
        await Promise.all([picture(page, `${name}-${size}-${theme}`), assertAccessible(checked, name)]);
        await assertFits(page, name);
      });
    }
  }
  assertQuiet(page);
  await page.setViewportSize(sizes.wide);
  await checked.setViewportSize(sizes.wide);
}

test('every page: quiet, wide enough, accessible, light and dark', async (t) => {
  t.diagnostic(`pictures are in ${screenshots}`);
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra });
  const browser = await startBrowser(t);
  const page = await openPage(browser, { baseURL: proxy.adminURL });
  const checked = await openPage(browser, { baseURL: proxy.adminURL, bypassCSP: true }); // axe is a script of ours
  const visit = async (name, how) => {
    for (const p of [page, checked]) await (typeof how === 'string' ? p.goto(how) : how(p, proxy));
    await look(t, page, checked, name);
  };
  for (const [name, address] of [['overview', '/'], ['inbox', '/inbox'], ['inventory', '/inventory']]) await visit(`empty-${name}`, address);
  await traffic(proxy);
  await decisions(proxy);
  for (const [name, how] of Object.entries(views)) await visit(name, how);
  assert.doesNotMatch(await (await page.request.get('/activity')).text(), /⟨U\+000A⟩/, 'a note of two lines is shown as a note');
});

test('the pages of who is not let in', async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra: `${extra}portal:\n  users: [{name: vera, role: viewer, password_hash: "\${HASH}"}]\n`,
    env: { HASH: command(['hash-password'], 'correct horse battery\n').trim() } });
  const browser = await startBrowser(t);
  const page = await openPage(browser, { baseURL: proxy.adminURL });
  const checked = await openPage(browser, { baseURL: proxy.adminURL, bypassCSP: true });
  const both = async (name, how) => {
    for (const p of [page, checked]) await how(p);
    await look(t, page, checked, name);
  };
  const logIn = (word) => async (p) => {
    await p.goto('/login');
    await p.getByLabel('Name').fill('vera');
    await p.getByLabel('Password').fill(word);
    await p.getByRole('button', { name: 'Log in' }).click();
    await p.getByRole('heading', { level: 1 }).waitFor();
  };
  await both('login', (p) => p.goto('/login'));
  await both('login-wrong', logIn('wrong'));
  await send(proxy, { type: 'track', event: 'Order', properties: { email: planted.email } });
  const point = async (p) => {
    await logIn('correct horse battery')(p);
    await p.waitForURL(`${proxy.adminURL}/`);
    await until(async () => {
      await p.goto('/inbox');
      return await p.locator('tr.row').count() > 0;
    }, 'a row');
  };
  await both('viewer-inbox', point);
  await both('viewer-datapoint', (p) => p.locator('a.open').first().click());
  await both('viewer-refused', async (p) => { // a form that she does not have
    const token = await p.locator('input[name=token]').first().inputValue();
    await p.evaluate((value) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action: '/decide' });
      form.append(Object.assign(document.createElement('input'), { name: 'token', value }));
      document.body.append(form);
      form.submit();
    }, token);
    await p.getByText('You are a viewer.').waitFor();
  });
});

// delivering starts destinations of which one takes nothing, one is down and one is well.
async function delivering(t) {
  const [well, mailer, down] = await Promise.all([200, 400, 503].map((status) => startReceiver(t, { answer: () => status, keep: true })));
  const proxy = await startProxy(t, { extra, destinations: `
  - {name: collector, url: "${well.url}"}
  - {name: mailer, url: "${mailer.url}", delivery: queued, format: json}
  - {name: warehouse, url: "${down.url}", delivery: queued}
  - {name: partner, url: "${well.url}", delivery: queued, format: json}
` });
  for (let i = 0; i < 6; i++) await send(proxy, { type: 'track', event: 'Order', messageId: `m-${i}`, properties: { plan: 'pro', email: planted.email } }, { key: i < 2 ? 'wk_web' : 'wk_ios' });
  await until(async () => {
    const by = Object.fromEntries((await api(proxy, '/deliveries')).items.map((d) => [d.destination, d]));
    return by.mailer.dead_events === 6 && by.warehouse.trouble && by.partner.delivered === 6;
  }, 'six dead letters, one trouble and six deliveries');
  return { proxy, mailer };
}

test('deliveries: every view in order', async (t) => {
  const { proxy } = await delivering(t);
  const browser = await startBrowser(t);
  const page = await openPage(browser, { baseURL: proxy.adminURL });
  const checked = await openPage(browser, { baseURL: proxy.adminURL, bypassCSP: true });
  const replayed = async (p) => {
    const button = p.getByRole('button', { name: /from web/ });
    await until(async () => { // what was replayed before comes back
      await p.goto('/deliveries?destination=mailer');
      return await button.count() === 1;
    }, 'dead letters from web');
    await button.click();
    await p.locator('.flash').waitFor();
  };
  for (const [name, how] of Object.entries({ 'overview-in-trouble': '/', deliveries: '/deliveries', 'deliveries-one': '/deliveries?destination=mailer', 'deliveries-purge': '/deliveries/purge?destination=mailer',
    'deliveries-destinations': '/destinations', 'deliveries-ordered': replayed, 'deliveries-activity': '/activity', 'deliveries-none-to-purge': '/deliveries/purge?destination=partner', 'deliveries-unknown': '/deliveries?destination=nowhere' })) {
    for (const p of [page, checked]) await (typeof how === 'string' ? p.goto(how) : how(p));
    await look(t, page, checked, name);
  }
});

test('dead letters: replayed when their destination is mended, purged after a second look', async (t) => {
  const { proxy, mailer } = await delivering(t);
  const page = await openPage(await startBrowser(t), { baseURL: proxy.adminURL, javaScriptEnabled: false });
  await page.goto('/');
  await page.getByRole('link', { name: 'mailer' }).first().click();
  assert.match(await page.locator('main').textContent(), /Not taken: 6 events.*It answered 400 and will not take it\./s);
  mailer.answer = () => 200;
  await page.getByRole('button', { name: 'Replay what mailer will not take from web (rejected)' }).click();
  assert.match(await page.locator('.flash').textContent(), /2 events for mailer will be delivered again/);
  await until(() => mailer.events().length === 2, 'two events');
  assert.deepEqual(mailer.events().map((e) => e.messageId).sort(), ['m-0', 'm-1']);
  assert.ok(!JSON.stringify(mailer.requests).includes(planted.email), 'what was replayed is what the rules made of it');
  await until(async () => (await api(proxy, '/dead-letters')).events === 4, 'four dead letters');

  await page.goto('/deliveries');
  await page.getByRole('link', { name: 'Purge what mailer will not take from ios-app (rejected)' }).click();
  await page.getByRole('heading', { name: 'Purge dead letters?' }).waitFor();
  await page.getByRole('link', { name: 'Leave them' }).click();
  assert.equal((await api(proxy, '/dead-letters')).events, 4, 'nothing is purged by asking');
  await page.getByRole('link', { name: 'Purge what mailer' }).click();
  await page.getByRole('button', { name: 'Purge 4 events' }).click();
  assert.match(await page.locator('.flash').textContent(), /4 events for mailer will be forgotten/);
  await until(async () => (await api(proxy, '/dead-letters')).events === 0, 'no dead letters');
  await page.goto('/deliveries');
  assert.doesNotMatch(await page.locator('main').textContent(), /Not taken: /);
  assert.equal(mailer.events().length, 2, 'what was purged is not delivered');
  const entries = (await api(proxy, '/audit.ndjson')).trim().split('\n').map((line) => JSON.parse(line));
  verifyAudit(entries);
  assert.deepEqual(entries.filter((e) => e.object === 'dead-letters').map((e) => `${e.action} ${e.label}`), ['replay dead letters: mailer · web · rejected', 'purge dead letters: mailer · ios-app · rejected']);
  assertQuiet(page);
  assert.equal(await proxy.stop(), 0);
});
