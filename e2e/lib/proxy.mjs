// A real eventveil process with a configuration of the test's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import assert from 'node:assert/strict';
import { findPlanted, planted } from './planted.mjs';
import { until } from './capture.mjs';

const binary = process.env.EVENTVEIL_BIN ?? path.resolve(import.meta.dirname, '../../bin/eventveil');

async function freePort() {
  const s = net.createServer().listen(0, '127.0.0.1');
  await once(s, 'listening');
  const { port } = s.address();
  s.close();
  await once(s, 'close');
  return port;
}

// rules that the tests enforce: restricted data goes, e-mail is hashed, addresses lose their tail.
export const enforcing = `
  - {name: restricted, when: {class: red}, action: block}
  - {name: mail, when: {type: email}, action: {hash: {key: k1}}}
  - {name: address, when: {type: ip_address}, action: {truncate: {ipv4: 24, ipv6: 48}}}
`;

// watching rules change nothing.
export const watching = '\n  - {name: nothing, when: {class: red}, action: allow}\n';

// startProxy starts the binary and kills it when the test t ends, should it still run.
export async function startProxy(t, { upstream, rules = enforcing, extra = '' }) {
  assert.ok(fs.existsSync(binary), `there is no ${binary}: run "make build" first`);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'eventveil-'));
  const config = path.join(dir, 'config.yaml');
  const data = await freePort();
  const admin = await freePort();
  const write = (text) => fs.writeFileSync(config, `version: 1
mode: enforce
listen: {data: "127.0.0.1:${data}", admin: "127.0.0.1:${admin}"}
timeouts: {drain: 10s}
reload: {poll: 1h}
keys: [{id: k1, secret: "\${EVENTVEIL_KEY}"}]
destinations:
  - {name: collector, url: "${upstream}"}
${extra}
rules:${text}`);
  write(rules);
  const child = spawn(binary, ['serve', '-config', config], { env: { ...process.env, EVENTVEIL_KEY: 'end-to-end-tests-only-0123456789' } });
  t.after(() => { child.kill('SIGKILL'); fs.rmSync(dir, { recursive: true, force: true }); });
  let log = '';
  child.stdout.on('data', (c) => { log += c; });
  child.stderr.on('data', (c) => { log += c; });
  const ended = once(child, 'exit');
  const adminURL = `http://127.0.0.1:${admin}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`eventveil ended with ${child.exitCode}:\n${log}`);
    return fetch(`${adminURL}/readyz`).then((r) => r.ok, () => false);
  }, 'readiness');
  const proxy = {
    url: `http://127.0.0.1:${data}`,
    port: data,
    adminURL,
    child,
    write,
    log: () => log,
    metrics: async () => (await fetch(`${adminURL}/metrics`)).text(),
    reload: () => fetch(`${adminURL}/-/reload`, { method: 'POST' }),
    // metric adds up the samples of a counter whose labels match.
    async metric(name, labels = {}) {
      return (await proxy.metrics()).split('\n')
        .filter((l) => l.startsWith(`${name}{`) || l.startsWith(`${name} `))
        .filter((l) => Object.entries(labels).every(([k, v]) => l.includes(`${k}="${v}"`)))
        .reduce((sum, l) => sum + Number(l.slice(l.lastIndexOf(' '))), 0);
    },
    // stop ends the process as an operator would, and looks for planted values in what it said.
    async stop(values = planted) {
      const said = child.exitCode === null ? await proxy.metrics().catch(() => '') : '';
      child.kill('SIGTERM');
      const [code] = await ended;
      assert.deepEqual(findPlanted(log, values), [], `planted values in the log:\n${log}`);
      assert.deepEqual(findPlanted(said, values), [], 'planted values in the metrics');
      return code;
    },
  };
  return proxy;
}
