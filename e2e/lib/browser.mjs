// A real Chromium, and what the tests ask of every page of the portal.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axe = fs.readFileSync(path.resolve(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8');

// screenshots is where pictures of pages go.
export const screenshots = process.env.EVENTVEIL_SCREENSHOTS ?? path.join(os.tmpdir(), 'eventveil-screenshots');

// sizes and themes in which every page has to be in order.
export const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
export const themes = ['light', 'dark'];

export async function startBrowser(t) {
  assert.ok(fs.existsSync(browserPath), `there is no ${browserPath}: apt-get install chromium, or set CHROMIUM`);
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  t.after(() => browser.close());
  return browser;
}

// openPage opens a page that remembers every complaint of the browser: errors of
// scripts, what the console says, what the Content-Security-Policy forbade, and
// answers of 500 and more.
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: sizes.wide, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(10000);
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => console.error(`CSP forbids ${e.violatedDirective}: ${e.blockedURI}`));
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) page.complaints.push(`console: ${m.text()}`); });
  page.on('pageerror', (e) => page.complaints.push(`script: ${e.message}`));
  page.on('response', (r) => { if (r.status() >= 500) page.complaints.push(`status ${r.status()}: ${r.url()}`); });
  return page;
}

// assertQuiet fails when the browser had complaints.
export function assertQuiet(page) {
  assert.deepEqual(page.complaints, []);
}

// assertAccessible fails when axe finds something on the page against WCAG 2.1 A and AA.
// The page's context needs bypassCSP.
export async function assertAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] }));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ''}`).join(' | ')}`), [], what);
}

// assertFits fails when a page is wider than the window.
export async function assertFits(page, what) {
  const { wide, by } = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const scrolls = (e) => e && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
    const by = [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > room + 1 && !scrolls(e)).slice(0, 3).map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}`);
    return { wide: document.documentElement.scrollWidth - room, by };
  });
  assert.ok(wide <= 0, `${what} is ${wide} px wider than the window: ${by.join(', ')}`);
}

// picture writes a screenshot of the whole page.
export async function picture(page, name) {
  fs.mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}
