// The JSON grammar at the HTTP edge: what is JSON in UTF-8 passes byte for byte, what
// is not is refused and reaches nobody. UPDATE=1 writes docs/conformance.md.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startCapture } from './lib/capture.mjs';
import { startProxy, watching } from './lib/proxy.mjs';
import { sharedFiles } from './lib/shared.mjs';
import { own } from './lib/jsoncases.mjs';

async function decide(t, cases, path) {
  const capture = await startCapture(t);
  const proxy = await startProxy(t, { upstream: capture.url, rules: watching });
  const out = [];
  for (const c of cases) {
    const before = capture.requests.length;
    const res = await fetch(proxy.url + path, { method: 'POST', body: c.body, headers: { 'content-type': 'application/json' } });
    const reached = capture.requests.slice(before);
    out.push({ ...c, status: res.status, reached: reached.length, same: reached.length === 1 && reached[0].raw.equals(c.body) });
  }
  assert.equal(await proxy.stop({}), 0);
  return out;
}

const eventShaped = (body) => /^[ \t\r\n]*[{[]/.test(body.toString('latin1'));

test('JSON conformance', async (t) => {
  const shared = sharedFiles(t, 'jsontestsuite', /^[yni]_.*\.json$/).map((f) => ({ name: path.basename(f), body: fs.readFileSync(f) }));
  const results = await decide(t, own.concat(shared), '/collect');
  for (const r of results) {
    if (r.name.startsWith('y_') && eventShaped(r.body)) assert.ok(r.status === 200 && r.same, `${r.name}: ${r.status}, same ${r.same}`);
    else if (r.name.startsWith('y_')) assert.equal(r.status, 400, `${r.name} is no event`);
    if (r.name.startsWith('n_')) assert.ok(r.status === 400 && r.reached === 0, `${r.name}: ${r.status}, reached ${r.reached}`);
    assert.equal(r.reached, r.status === 200 ? 1 : 0, r.name);
    if (r.reached) assert.ok(r.same, `${r.name} changed`);
  }
  const asEvent = await decide(t, own.concat(shared), '/v1/track');
  for (const r of asEvent) {
    if (r.name.startsWith('n_')) assert.ok(r.status === 400 && r.reached === 0, `/v1/track ${r.name}: ${r.status}`);
    if (r.reached) assert.ok(r.same, `/v1/track ${r.name} changed`);
  }
  t.diagnostic(`${results.length} bodies, ${shared.length} of them of the public suite`);
  if (process.env.UPDATE) write(results.filter((r) => shared.some((s) => s.name === r.name)));
});

function write(results) {
  const count = (p) => results.filter(p).length;
  const y = results.filter((r) => r.name.startsWith('y_'));
  const rows = results.filter((r) => r.name.startsWith('i_')).map((r) => `| ${r.name.slice(2, -5)} | ${r.status === 200 ? 'accepted, byte for byte' : `refused, ${r.status}`} |`);
  fs.writeFileSync(path.resolve(import.meta.dirname, '../docs/conformance.md'), `# JSON conformance

Measured on ${new Date().toISOString().slice(0, 10)} through the running proxy, plain JSON route, with the
[JSONTestSuite](https://github.com/nst/JSONTestSuite) (${results.length} files). Written by \`UPDATE=1 npm test\` in \`e2e\`,
with EVENTVEIL_SHARED naming a folder that holds the suite as \`cases/jsontestsuite\`.

- ${count((r) => r.name.startsWith('y_') && eventShaped(r.body) && r.same)} of ${y.filter((r) => eventShaped(r.body)).length} valid
  objects and arrays pass byte for byte when no rule touches them. ${count((r) => r.name.startsWith('y_') && !eventShaped(r.body) && r.status === 400)} of the ${y.filter((r) => !eventShaped(r.body)).length} other valid
  texts (a lone string, number or word) are refused with 400: they are no events.
- ${count((r) => r.name.startsWith('n_') && r.status === 400)} of ${count((r) => r.name.startsWith('n_'))} invalid texts are refused with 400; none reaches the collector.
- Where the standard leaves it open:

| text | decision |
|---|---|
${rows.join('\n')}

What is refused here is not UTF-8, begins with a byte order mark, or is nested deeper than \`limits.depth\`. Numbers are
never converted, so no magnitude or precision is out of range; lone surrogate escapes are text like any other.
`);
}
