// Labelled cases that are not part of this repository: EVENTVEIL_SHARED names their folder.
import fs from 'node:fs';
import path from 'node:path';

const root = process.env.EVENTVEIL_SHARED ?? path.resolve(import.meta.dirname, '../../../shared');

// sharedFiles lists the files of a folder of cases whose names match; none, with a word about it, when it is not there.
export function sharedFiles(t, folder, match) {
  const dir = path.join(root, 'cases', folder);
  if (!fs.existsSync(dir)) {
    t.diagnostic(`no cases in ${folder}: set EVENTVEIL_SHARED to have them tested as well`);
    return [];
  }
  return fs.readdirSync(dir).filter((f) => match.test(f)).sort().map((f) => path.join(dir, f));
}
