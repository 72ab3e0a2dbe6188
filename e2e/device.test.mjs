// Browser SDKs that load their settings through the proxy: integrations that the policy
// forbids are never loaded, those that it allows are, and events come to the proxy.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { once } from 'node:events';
import { build } from 'esbuild';
import { startBrowser } from './lib/browser.mjs';
import { startCapture, until } from './lib/capture.mjs';
import { planted } from './lib/planted.mjs';
import { startProxy } from './lib/proxy.mjs';

const umd = path.resolve(import.meta.dirname, 'node_modules/@segment/analytics-next/dist/umd');
const writeKey = 'wk_web';

// listen starts a server and ends it with the test; it keeps what it was asked for.
async function listen(t, answer) {
  const asked = [];
  const server = http.createServer(async (req, res) => {
    const chunks = [];
    for await (const c of req) chunks.push(c);
    asked.push({ method: req.method, url: req.url, headers: req.headers, body: Buffer.concat(chunks).toString() });
    res.setHeader('access-control-allow-origin', '*');
    answer(req, res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => new Promise((done) => { server.close(done); server.closeAllConnections(); }));
  return { asked, url: `http://localhost:${server.address().port}`, host: `localhost:${server.address().port}` };
}

// classic is an integration as Segment packs it: it tells its vendor of every event.
const classic = (name, vendor) => `
window['${name}Deps'] = [];
window['${name}Loader'] = function () {
  function Integration() { this.heard = {}; }
  Integration.prototype = {
    name: '${name}',
    on: function (what, f) { (this.heard[what] = this.heard[what] || []).push(f); },
    once: function (what, f) { this.on(what, f); },
    emit: function (what) { (this.heard[what] || []).forEach(function (f) { f(); }); },
    initialize: function () { this.emit('initialize'); this.emit('ready'); },
    invoke: function (method, event) { return fetch('${vendor}/${name}', { method: 'POST', body: JSON.stringify(event.json()) }); },
  };
  window['${name}Integration'] = Integration;
};`;

// plugin is a destination whose code comes from a URL.
const plugin = (name, vendor) => `
window['${name}Plugin'] = function () {
  function tell(ctx) { return fetch('${vendor}/${name}', { method: 'POST', body: JSON.stringify(ctx.event) }).then(function () { return ctx; }); }
  return { name: '${name}', type: 'destination', version: '1.0.0', isLoaded: function () { return true; }, load: function () { return Promise.resolve(); }, track: tell, identify: tell };
};`;

const integration = { bundlingStatus: 'bundled', type: 'browser', versionSettings: { version: '1.0.0', componentTypes: ['browser'] } };
const remote = (name) => ({ name: `${name} (Actions)`, creationName: `${name} (Actions)`, libraryName: `${name}Plugin`, url: `https://cdn.segment.com/next-integrations/actions/${name}/1.js`, settings: {} });

// settings name two integrations and three plugins, and another place for events.
const settings = JSON.stringify({
  integrations: {
    'Evil Ads': integration,
    Acme: integration,
    'Segment.io': { apiKey: writeKey, apiHost: 'api.segment.io/v1', unbundledIntegrations: [], addBundledMetadata: true, versionSettings: { version: '4.4.7', componentTypes: ['browser'] } },
  },
  plan: { track: { __default: { enabled: true, integrations: {} } } },
  // A rule that would carry the address past a later one.
  middlewareSettings: { routingRules: [{ scope: 'destinations', target_type: 'workspace::project::destination::config', destinationName: 'Acme', matchers: [{ type: 'all', ir: '' }],
    transformers: [[{ type: 'map_properties', config: { map: { 'properties.contact': { copy: 'properties.email' } } } }]] }] },
  enabledMiddleware: {},
  metrics: { sampleRate: 1, host: 'api.segment.io/v1', flushTimer: 200 },
  remotePlugins: [remote('gamma'), remote('beta'), remote('delta')],
});

// startCDN serves settings, the SDK itself and the code of every integration.
function startCDN(t, vendor) {
  return listen(t, (req, res) => {
    const url = new URL(req.url, 'http://cdn');
    const classicName = url.pathname.match(/^\/next-integrations\/integrations\/([^/]+)\//)?.[1];
    const pluginName = url.pathname.match(/^\/next-integrations\/actions\/([^/]+)\//)?.[1];
    const file = path.join(umd, path.basename(url.pathname === `/analytics.js/v1/${writeKey}/analytics.min.js` ? 'standalone.js' : url.pathname));
    if (url.pathname === `/v1/projects/${writeKey}/settings`) {
      res.setHeader('content-type', 'application/json');
      res.setHeader('etag', '"v1"');
      res.end(settings);
    } else if (classicName || pluginName) {
      res.setHeader('content-type', 'text/javascript');
      res.end(classicName ? classic(classicName, vendor) : plugin(pluginName, vendor));
    } else if (/^\/analytics(\.js\/v1|-next\/bundles)\//.test(url.pathname) && fs.existsSync(file)) {
      res.setHeader('content-type', 'text/javascript');
      res.end(fs.readFileSync(file));
    } else {
      res.statusCode = req.method === 'POST' ? 200 : 404;
      res.setHeader('content-type', 'application/json');
      res.end('{"success":true}');
    }
  });
}

// npm is a page with the SDK of the package; snippet is one that loads it as Segment's
// snippet does, which names no place for events.
async function npm(t) {
  const bundle = await build({
    stdin: { contents: "import { AnalyticsBrowser } from '@segment/analytics-next'; window.AnalyticsBrowser = AnalyticsBrowser;", resolveDir: import.meta.dirname },
    bundle: true, format: 'iife', platform: 'browser', write: false, define: { 'process.env.NODE_ENV': '"production"' },
  });
  return listen(t, (req, res) => {
    res.setHeader('content-type', req.url === '/sdk.js' ? 'text/javascript' : 'text/html');
    res.end(req.url === '/sdk.js' ? bundle.outputFiles[0].text : '<!doctype html><link rel="icon" href="data:,"><title>Shop</title><script src="/sdk.js"></script>');
  });
}

function snippet(t, proxy) {
  return listen(t, (req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(`<!doctype html><link rel="icon" href="data:,"><title>Shop</title><script>
      var analytics = window.analytics = []; analytics._cdn = 'http://localhost:${proxy.port}'; analytics._writeKey = '${writeKey}'; analytics.initialize = false;
      ['track', 'identify', 'ready'].forEach(function (m) { analytics[m] = function () { analytics.push([m].concat([].slice.call(arguments))); return analytics; }; });
    </script><script async src="http://localhost:${proxy.port}/analytics.js/v1/${writeKey}/analytics.min.js"></script>`);
  });
}

// visit opens the page, sends two events and returns the hosts that the browser asked.
async function visit(t, site, start) {
  const browser = await startBrowser(t);
  const page = await browser.newPage();
  const hosts = new Set();
  page.on('request', (r) => { if (!r.url().startsWith('data:')) hosts.add(new URL(r.url()).host); });
  await page.goto(site.url);
  await page.evaluate(start.run, start.arg);
  await page.evaluate(async ({ email }) => {
    await window.shop.identify('u-1', { email, plan: 'pro' });
    await window.shop.track('Order', { email, count: 2 });
  }, planted);
  return { page, hosts };
}

const withNPM = (proxy) => ({
  run: async ({ host, writeKey }) => { [window.shop] = await window.AnalyticsBrowser.load({ writeKey, cdnURL: `http://${host}` }); },
  arg: { host: `localhost:${proxy.port}`, writeKey },
});
const withSnippet = () => ({
  run: () => new Promise((done) => { window.analytics.ready(() => { window.shop = window.analytics; done(); }); }),
  arg: null,
});

const allow = '[{name: acme, drop: [properties.email, traits.email]}, {name: "BETA (actions)", drop: [properties.email, traits.email]}, "delta (Actions)"]';

for (const [name, open] of [['npm', { site: (t) => npm(t), start: withNPM }], ['snippet', { site: snippet, start: withSnippet }]]) {
  test(`analytics-next from ${name}: what the policy allows is loaded, nothing else`, async (t) => {
    const vendor = await listen(t, (req, res) => res.end());
    const cdn = await startCDN(t, vendor.url);
    const capture = await startCapture(t);
    const proxy = await startProxy(t, { upstream: capture.url, extra: `device_mode: {url: "${cdn.url}", allow: ${allow}}` });
    const site = await open.site(t, proxy);
    const { hosts } = await visit(t, site, open.start(proxy));
    const of = (who) => vendor.asked.filter((r) => r.url === `/${who}`).map((r) => JSON.parse(r.body));
    await until(() => capture.events().filter((e) => e.messageId).length >= 2 && ['acme', 'beta', 'delta'].every((v) => of(v).length >= 2), 'two events at the collector and at each vendor', 30000);

    for (const who of ['acme', 'beta']) {
      assert.ok(!JSON.stringify(of(who)).includes(planted.email), `${who} was told the address`);
      assert.equal(of(who).find((e) => e.event === 'Order').properties.count, 2);
      assert.equal(of(who).find((e) => e.type === 'identify').traits.plan, 'pro');
    }
    assert.equal(of('delta').find((e) => e.event === 'Order').properties.email, planted.email, 'what is allowed whole');
    const code = cdn.asked.map((r) => r.url).filter((u) => u.startsWith('/next-integrations/'));
    assert.ok(!code.some((u) => /evil|gamma/i.test(u)), `forbidden code was loaded: ${code}`);
    assert.equal(new Set(code).size, 3, `code was loaded: ${code}`);
    assert.deepEqual([...hosts].sort(), [site.host, `localhost:${proxy.port}`, vendor.host].sort(), 'the browser asked others');
    for (const r of cdn.asked) {
      assert.equal(r.headers.cookie ?? r.headers.referer ?? r.headers['x-forwarded-for'], undefined, `the CDN was told of the visitor with ${r.url}`);
    }
    capture.assertNever();
    assert.ok(capture.events().some((e) => e.event === 'Order'));
    assert.equal(await proxy.metric('eventveil_device_mode_removed_total'), 2);
    assert.equal(await proxy.stop(), 0);
  });
}

test('analytics-next: without device_mode nothing is loaded', async (t) => {
  const vendor = await listen(t, (req, res) => res.end());
  const cdn = await startCDN(t, vendor.url);
  const proxy = await startProxy(t, { upstream: cdn.url });
  const site = await npm(t);
  const { hosts } = await visit(t, site, withNPM(proxy));
  const events = () => cdn.asked.filter((r) => r.method === 'POST' && /^\/v1\/[it]$/.test(r.url));
  await until(() => events().length >= 2, 'two events');
  assert.deepEqual([...hosts].sort(), [site.host, `localhost:${proxy.port}`].sort(), 'the browser asked others');
  assert.deepEqual(cdn.asked.map((r) => r.url).filter((u) => u.startsWith('/next-integrations/')), []);
  assert.deepEqual(vendor.asked, []);
  assert.equal(await proxy.metric('eventveil_device_mode_removed_total'), 5);
  assert.equal(await proxy.stop(), 0);
});

test('analytics-next: settings that cannot be read are refused', async (t) => {
  const cdn = await listen(t, (req, res) => { res.setHeader('content-type', 'text/html'); res.end(`<!doctype html>${settings}`); });
  const proxy = await startProxy(t, { upstream: cdn.url });
  const answer = await fetch(`${proxy.url}/v1/projects/${writeKey}/settings`, { headers: { origin: 'https://shop.example.com' } });
  assert.equal(answer.status, 502);
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://shop.example.com');
  assert.deepEqual(await answer.json(), { success: false, message: 'the settings cannot be checked', code: 'settings_unreadable' });
  assert.equal(await proxy.stop(), 0);
});
