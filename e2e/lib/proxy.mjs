// A real eventveil process with a configuration of the test's own.
import { execFileSync, spawn } from 'node:child_process';
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
// destinations are lines below that key: one, inline, by default. extra are lines of
// the configuration; role and env are the process's.
export async function startProxy(t, { upstream, destinations = `  - {name: collector, url: "${upstream}"}`, rules = enforcing, extra = '', role = 'all', env = {} }) {
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
${destinations}
${extra}
rules:${text}`);
  write(rules);
  let log = '';
  let ended;
  const adminURL = `http://127.0.0.1:${admin}`;
  const proxy = {
    url: `http://127.0.0.1:${data}`,
    port: data,
    adminURL,
    dir,
    child: null,
    write,
    log: () => log,
    metrics: async () => (await fetch(`${adminURL}/metrics`)).text(),
    reload: () => fetch(`${adminURL}/-/reload`, { method: 'POST' }),
    ready: () => fetch(`${adminURL}/readyz`).then(async (r) => ({ status: r.status, text: await r.text() }), () => ({ status: 0, text: '' })),
    // metric adds up the samples of a counter whose labels match.
    async metric(name, labels = {}) {
      return (await proxy.metrics()).split('\n')
        .filter((l) => l.startsWith(`${name}{`) || l.startsWith(`${name} `))
        .filter((l) => Object.entries(labels).every(([k, v]) => l.includes(`${k}="${v}"`)))
        .reduce((sum, l) => sum + Number(l.slice(l.lastIndexOf(' '))), 0);
    },
    // start begins the process, and waits until it answers with status on /readyz.
    async start(status = 200) {
      const child = spawn(binary, ['serve', '-config', config, '-role', role], { env: { ...process.env, EVENTVEIL_KEY: 'end-to-end-tests-only-0123456789', ...env } });
      proxy.child = child;
      child.stdout.on('data', (c) => { log += c; });
      child.stderr.on('data', (c) => { log += c; });
      ended = once(child, 'exit');
      await until(async () => {
        if (child.exitCode !== null) throw new Error(`eventveil ended with ${child.exitCode}:\n${log}`);
        return (await proxy.ready()).status === status;
      }, `readiness ${status}`);
    },
    // kill ends the process as a power cut does; start may follow.
    async kill() {
      proxy.child.kill('SIGKILL');
      await ended;
    },
    // stop ends the process as an operator would, and looks for planted values in what it said.
    async stop(values = planted) {
      const said = proxy.child.exitCode === null ? await proxy.metrics().catch(() => '') : '';
      proxy.child.kill('SIGTERM');
      const [code] = await ended;
      assert.deepEqual(findPlanted(log, values), [], `planted values in the log:\n${log}`);
      assert.deepEqual(findPlanted(said, values), [], 'planted values in the metrics');
      return code;
    },
  };
  t.after(() => { proxy.child.kill('SIGKILL'); fs.rmSync(dir, { recursive: true, force: true }); });
  await proxy.start();
  return proxy;
}

// command runs another command of the binary and answers with what it printed.
export function command(args, input = '') {
  return execFileSync(binary, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}
