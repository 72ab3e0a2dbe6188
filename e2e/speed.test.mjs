// How long people wait for a large inventory.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startCapture, until } from './lib/capture.mjs';
import { startProxy } from './lib/proxy.mjs';
import { openPage, startBrowser } from './lib/browser.mjs';
import { api, median, quick, send } from './lib/portal.mjs';

const points = 10000;
const goal = 300; // ms

// words of which names of fields are made; none of them means anything to a classifier.
const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heath', 'islet', 'jetty', 'knoll', 'ledge', 'marsh', 'north', 'oasis', 'plain', 'quarz', 'ridge', 'shore', 'tidal', 'upper', 'vault'];

test(`the inventory of ${points} data points is on the screen within ${goal} ms`, async (t) => {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, extra: quick });
  const names = words.flatMap((a) => words.flatMap((b) => words.map((d) => `${a}_${b}_${d}`))).slice(0, points);
  for (let i = 0; i < points; i += 250) {
    const event = { type: 'track', event: `Form ${words[(i / 250) % words.length]}`, properties: Object.fromEntries(names.slice(i, i + 250).map((n, k) => [n, k % 3 ? 'ada.l@example.com' : '+1 212 555 0123'])) };
    assert.equal(await send(proxy, event), 200);
    // Between two batches a process records only so many that are new.
    if ((i + 250) % 2500 === 0) await until(async () => (await api(proxy, '/datapoints?personal=true&limit=1')).total >= i + 250, `${i + 250} data points`, 60000);
  }
  const page = await openPage(await startBrowser(t), { baseURL: proxy.adminURL });
  const paints = { '/inventory': [], '/inventory?q=ridge&sort=-count': [], '/inbox': [] };
  for (const [address, list] of Object.entries(paints)) {
    await page.goto(address); // the style sheet is known from then on, as it is to who uses the portal
    for (let i = 0; i < 5; i++) {
      await page.goto(address);
      list.push(await page.evaluate(() => new Promise((done) => {
        new PerformanceObserver((entries) => {
          for (const e of entries.getEntriesByName('first-contentful-paint')) done(e.startTime);
        }).observe({ type: 'paint', buffered: true });
      })));
    }
    t.diagnostic(`${address}: first paint after ${Math.round(median(list))} ms, median of ${list.map(Math.round).join(', ')}`);
  }
  assert.ok((await page.locator('h1').textContent()).includes('10,0'), 'the count is shown');
  assert.ok(median(paints['/inventory']) < goal, `${paints['/inventory']} ms`);
});
