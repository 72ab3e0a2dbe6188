// A real PostgreSQL of the test's own, in a folder that goes with it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from './capture.mjs';

// find is the folder of PostgreSQL's programs, of the newest version there is.
function find() {
  const folders = (process.env.PATH ?? '').split(':');
  const root = '/usr/lib/postgresql';
  if (fs.existsSync(root)) folders.push(...fs.readdirSync(root).sort((a, b) => Number(b) - Number(a)).map((v) => path.join(root, v, 'bin')));
  const bin = folders.find((f) => fs.existsSync(path.join(f, 'initdb')));
  if (!bin) throw new Error('there is no PostgreSQL on this machine, which this test needs: apt-get install postgresql; make test-e2e does so');
  return fs.realpathSync(path.join(bin, 'initdb')).replace(/\/initdb$/, '');
}

// ordinary is the user that PostgreSQL runs as: it refuses to run as root.
function ordinary() {
  if (process.getuid() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const line = fs.readFileSync('/etc/passwd', 'utf8').split('\n').find((l) => l.startsWith(`${name}:`));
    if (line) return { uid: Number(line.split(':')[2]), gid: Number(line.split(':')[3]) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}

// keep runs a server until its input ends, which it does with this process.
const keep = '"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server';

// startPostgres starts a server that can be stopped and started again, until the test t ends.
export async function startPostgres(t) {
  const bin = find();
  const as = ordinary();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'eventveil-pg-'));
  if (as.uid) fs.chownSync(dir, as.uid, as.gid);
  const data = path.join(dir, 'data');
  const options = { ...as, cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C', HOME: dir } };
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...options, stdio: 'pipe' });
  const url = `postgres://postgres@/postgres?host=${encodeURIComponent(dir)}`;
  let server = null;
  const query = (text) => execFileSync(path.join(bin, 'psql'), ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', text, url], { ...options, stdio: 'pipe', encoding: 'utf8', maxBuffer: 1 << 28 }).trim();
  const postgres = {
    url,
    query,
    // dump is all that is in the database, as text.
    dump: () => execFileSync(path.join(bin, 'pg_dump'), ['--inserts', url], { ...options, stdio: 'pipe', encoding: 'utf8', maxBuffer: 1 << 28 }),
    data, // the folder of its files
    async start() {
      const log = fs.openSync(path.join(dir, 'log'), 'a');
      server = spawn('/bin/sh', ['-c', keep, 'keep', path.join(bin, 'postgres'), '-D', data, '-k', dir,
        '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'shared_buffers=32MB', '-c', 'max_connections=50'], { ...options, stdio: ['pipe', log, log], detached: true });
      fs.closeSync(log);
      server.stdin.on('error', () => {}); // it ends with the server
      await until(() => {
        if (server.exitCode !== null) throw new Error(`PostgreSQL ended:\n${fs.readFileSync(path.join(dir, 'log'), 'utf8')}`);
        try { return query('SELECT 1') === '1'; } catch { return false; }
      }, 'an answer of PostgreSQL');
    },
    // stop ends the server at once, as when its machine goes down; what was committed stays.
    async stop() {
      const ended = once(server, 'exit');
      server.stdin.end();
      await ended;
    },
  };
  t.after(async () => {
    if (server && server.exitCode === null) await postgres.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });
  await postgres.start();
  return postgres;
}
