// The unmodified @segment/analytics-next in Chromium, on a page of another origin.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { startCapture, until } from './lib/capture.mjs';
import { startProxy } from './lib/proxy.mjs';
import { planted } from './lib/planted.mjs';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

async function servePage() {
  const bundle = await build({
    stdin: { contents: "import { AnalyticsBrowser } from '@segment/analytics-next'; window.AnalyticsBrowser = AnalyticsBrowser;", resolveDir: import.meta.dirname },
    bundle: true, format: 'iife', platform: 'browser', write: false, define: { 'process.env.NODE_ENV': '"production"' },
  });
  const server = http.createServer((req, res) => {
    if (req.url === '/sdk.js') {
      res.setHeader('content-type', 'text/javascript');
      res.end(bundle.outputFiles[0].text);
      return;
    }
    res.setHeader('content-type', 'text/html');
    res.end('<!doctype html><title>Shop</title><script src="/sdk.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://localhost:${server.address().port}` };
}

for (const strategy of ['standard', 'batching']) {
  test(`analytics-next in a browser, ${strategy} delivery`, async (t) => {
    assert.ok(fs.existsSync(browserPath), `there is no ${browserPath}: apt-get install chromium, or set CHROMIUM`);
    const capture = await startCapture(t);
    const proxy = await startProxy(t, { upstream: capture.url });
    const { server, origin } = await servePage();
    const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    const said = [];
    try {
      const page = await browser.newPage();
      page.on('console', (m) => said.push(m.text()));
      page.on('requestfailed', (r) => said.push(`failed: ${r.url()} ${r.failure()?.errorText}`));
      await page.goto(`${origin}/?email=${encodeURIComponent(planted.email)}`);
      const sent = await page.evaluate(async ({ host, planted, strategy }) => {
        const [analytics] = await window.AnalyticsBrowser.load(
          { writeKey: 'wk_web', cdnURL: `http://${host}` },
          { integrations: { 'Segment.io': { apiHost: `${host}/v1`, protocol: 'http', deliveryStrategy: strategy === 'batching' ? { strategy: 'batching', config: { size: 3, timeout: 500 } } : undefined } } },
        );
        const done = [];
        done.push(await analytics.identify('u-1', { email: planted.email, ssn: planted.ssn, plan: 'pro' }));
        done.push(await analytics.track('Signed Up', { username: planted.email, note: `card ${planted.card}`, count: 2 }));
        done.push(await analytics.page('Home'));
        return done.map((c) => ({ type: c.event.type, failed: c.failedDelivery?.() ?? null }));
      }, { host: `localhost:${proxy.port}`, planted, strategy });
      assert.deepEqual(sent, ['identify', 'track', 'page'].map((type) => ({ type, failed: null })));
      await until(() => capture.events().length >= 3, 'three events');
    } finally {
      await browser.close();
      server.close();
    }
    assert.deepEqual(said.filter((line) => /CORS|blocked by|failed:/i.test(line)), []);
    assert.ok(capture.requests.some((r) => r.url.startsWith('/v1/projects/wk_web/settings')), 'settings came through the proxy');
    capture.assertNever();
    const track = capture.events().find((e) => e.type === 'track');
    assert.match(track.properties.username, /^h1:k1:/);
    assert.equal(track.properties.count, 2);
    assert.equal(await proxy.metric('eventveil_events_total', { outcome: 'failed' }), 0);
    assert.equal(await proxy.stop(), 0);
    });
}
