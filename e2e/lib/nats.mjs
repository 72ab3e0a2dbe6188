// A real NATS server with JetStream, in a directory that goes with the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { until } from './capture.mjs';

const binary = path.resolve(import.meta.dirname, '../../bin/nats-server');

function answers(port) {
  return new Promise((done) => {
    const s = net.connect(port, '127.0.0.1');
    s.once('data', (c) => { s.destroy(); done(c.toString().startsWith('INFO')); });
    s.once('error', () => done(false));
  });
}

// startNATS runs a server until the test t ends; kill ends it at once, start begins it
// again on the same port and data.
export async function startNATS(t) {
  if (!fs.existsSync(binary)) throw new Error(`there is no ${binary}: run "make deps-nats" first`);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'eventveil-nats-'));
  const free = net.createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  free.close();
  await once(free, 'close');
  fs.writeFileSync(path.join(dir, 'nats.conf'), `listen: "127.0.0.1:${port}"\njetstream: {store_dir: "${dir}", sync_interval: always}\n`);
  let child;
  let ended;
  const server = {
    url: `nats://127.0.0.1:${port}`,
    async start() {
      child = spawn(binary, ['-c', path.join(dir, 'nats.conf')], { stdio: 'ignore' });
      ended = once(child, 'exit');
      await until(() => answers(port), 'NATS');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  t.after(async () => { await server.kill(); fs.rmSync(dir, { recursive: true, force: true }); });
  await server.start();
  return server;
}
