// Writes the figures of a full run, and of the newest soaks, into the table of promises in docs/guarantees.md.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, UsageError } from '../command-line.js';
import { writeGuarantees } from './guarantees-table.js';
import { PROMISES } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import { readSoakVerdicts } from './soak-verdicts.js';

const PAGE = fileURLToPath(new URL('../../../docs/guarantees.md', import.meta.url));

/** Of the repository the page is in. */
const SOAKS = fileURLToPath(new URL('../../../results/soak/', import.meta.url));

const BEGIN = '<!-- promises: written by dist/experiments/faults/write-guarantees.js -->';
const END = '<!-- /promises -->';

await runProgram('write-guarantees', async () => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined)
    throw new UsageError('expected the folder of a run: write-guarantees.js results/faults/DATE');
  const [, ...lines] = (await readFile(join(folder, 'raw.jsonl'), 'utf8')).trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as FaultRecord);
  const page = await readFile(PAGE, 'utf8');
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before === -1 || after === -1) throw new UsageError(`${PAGE}: expected the lines '${BEGIN}' and '${END}'`);
  const soaks = await readSoakVerdicts(SOAKS);
  const table = writeGuarantees(PROMISES, records, soaks);
  for (const { promise, soak } of PROMISES) {
    if (soak === undefined || soaks.some(({ scenario }) => scenario === soak.name)) continue;
    process.stderr.write(`Left out, since results/soak/ has no DATE-${soak.name}: ${promise}\n`);
  }
  await writeFile(PAGE, `${page.slice(0, before)}${BEGIN}\n\n${table}\n\n${page.slice(after)}`);
});
