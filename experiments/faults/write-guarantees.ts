// Writes the figures of a full run into the table of promises in docs/guarantees.md.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, UsageError } from '../command-line.js';
import { PROMISES, type Promised } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import type { Figure } from './scenario.js';
import { formatFigure } from './tables.js';

const PAGE = fileURLToPath(new URL('../../../docs/guarantees.md', import.meta.url));

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
  const table = writeTable(records);
  await writeFile(PAGE, `${page.slice(0, before)}${BEGIN}\n\n${table}\n\n${page.slice(after)}`);
});

function writeTable(records: readonly FaultRecord[]): string {
  const rows = PROMISES.map((promised) => {
    const figures = findFigures(promised, records);
    const stock = figures.filter(({ stockValue }) => stockValue !== undefined);
    return [
      promised.promise,
      [promised.scenario?.name, ...(promised.tests ?? [])].flatMap((name) => (name ? [`\`${name}\``] : [])).join(', '),
      figures.map((figure) => `${figure.what}: ${formatFigure(figure, figure.value)}`).join('<br>'),
      stock.map((figure) => `${figure.what}: ${formatFigure(figure, figure.stockValue ?? Number.NaN)}`).join('<br>'),
    ];
  });
  const head = ['promise', 'shown by', 'offloop', 'stock'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @throws {UsageError} when the run has no such scenario or figure. */
function findFigures({ scenario }: Promised, records: readonly FaultRecord[]): readonly Figure[] {
  if (scenario === undefined) return [];
  const record = records.find((candidate) => candidate.scenario === scenario.name);
  return scenario.figures.map((what) => {
    const figure = record?.figures.find((candidate) => candidate.what === what);
    if (figure !== undefined) return figure;
    throw new UsageError(`the run has no '${what}' of ${scenario.name}; run the whole suite with --full`);
  });
}
