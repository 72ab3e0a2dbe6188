// A small disk that can be filled up and made read-only, for those who may mount one.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// smallDisk mounts a file system of a size in bytes until the test t ends; null where
// that is not allowed, which the test says when it is skipped.
export function smallDisk(t, size) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'eventveil-disk-'));
  const run = (...args) => execFileSync(args[0], args.slice(1), { stdio: 'pipe' });
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'eventveil-test', dir);
  } catch {
    fs.rmdirSync(dir);
    return null;
  }
  // A file that is still open is taken away with the last process that has it.
  t.after(() => { run('umount', '-l', dir); fs.rmdirSync(dir); });
  const filler = path.join(dir, 'filler');
  return {
    dir,
    // fill leaves no byte free.
    fill() {
      const f = fs.openSync(filler, 'w');
      try {
        for (let chunk = 1 << 16; chunk > 0; chunk >>= 1) {
          try { for (;;) if (fs.writeSync(f, Buffer.alloc(chunk)) < chunk) break; } catch (e) { if (e.code !== 'ENOSPC') throw e; }
        }
      } finally { fs.closeSync(f); }
    },
    free: () => fs.rmSync(filler),
    readOnly: (yes) => run('mount', '-o', `remount,${yes ? 'ro' : 'rw'}`, dir),
  };
}
