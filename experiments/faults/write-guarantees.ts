// Names the full runs that docs/guarantees.md shows, and writes their figures into its table: write-guarantees.js FOLDER ...
import { readFile, writeFile } from 'node:fs/promises';
import { runProgram, UsageError } from '../command-line.js';
import { replaceBlock } from '../table-block.js';
import { findMissingSoaks, GUARANTEES_PAGE, PROMISES_BLOCK, writePromisesBlock } from './guarantees-page.js';

await runProgram('write-guarantees', async () => {
  const folders = process.argv.slice(2).map((word) => word.replace(/\/$/, ''));
  if (folders.length === 0 || !folders.every((folder) => /^results\/faults\/[^/]+$/.test(folder))) {
    throw new UsageError(`expected folders of runs such as results/faults/DATE, got '${folders.join(' ')}'`);
  }
  const page = await readFile(GUARANTEES_PAGE, 'utf8');
  const block = await writePromisesBlock(folders);
  await writeFile(GUARANTEES_PAGE, replaceBlock(GUARANTEES_PAGE, page, PROMISES_BLOCK, block));
  for (const name of await findMissingSoaks()) {
    process.stderr.write(`Left out, since results/soak/ has no DATE-${name}: npm run soak -- --scenario ${name}\n`);
  }
});
