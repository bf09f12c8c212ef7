import { basename, dirname, join } from 'node:path';
import { UsageError } from '../command-line.js';
import { describeTerminal, wrapText } from '../report/terminal.js';
import { listResults, RESULTS } from '../results-folders.js';
import { checkOrder, type OrderCheck } from './check-order.js';
import { concludeOrder, drawOrderCheck } from './order-report.js';
import { readOrderedRecord } from './read-record.js';

export const ORDER_CHECK_NAME = 'order-check';

/** A verdict turns with the order of arms: the record is no evidence for it. */
const CONTRADICTED_EXIT_CODE = 2;

/** `order-check [FOLDER…]`: whether the order of arms changes a verdict, from recorded runs; of all of them by default. */
export async function runOrderCheck(words: readonly string[]): Promise<void> {
  const option = words.find((word) => word.startsWith('-'));
  if (option !== undefined) throw new UsageError(`${ORDER_CHECK_NAME}: expected folders of results, got '${option}'`);
  const folders = words.length > 0 ? words : (await listResults()).map((name) => join(RESULTS, name));
  const terminal = describeTerminal(process.stdout);
  const checks: OrderCheck[] = [];
  for (const folder of folders) {
    const check = await checkFolder(folder);
    if (check === null) {
      if (words.length > 0) process.stderr.write(`${folder}: this kind of record has no blocks of arms\n`);
      continue;
    }
    checks.push(check);
    process.stdout.write(`${drawOrderCheck(check, terminal)}\n\n`);
  }
  if (checks.length === 0) throw new UsageError(`${ORDER_CHECK_NAME}: expected a record with blocks, found none`);
  if (checks.length > 1) process.stdout.write(`${wrapText(concludeOrder(checks))}\n`);
  const outcomes = checks.flatMap(({ contrasts }) => contrasts.map(({ outcome }) => outcome));
  if (outcomes.includes('contradict')) process.exitCode = CONTRADICTED_EXIT_CODE;
}

/** Null where the record has no blocks. */
export async function checkFolder(folder: string): Promise<OrderCheck | null> {
  const record = await readOrderedRecord(folder, `${basename(dirname(folder))}/${basename(folder)}`);
  return record && checkOrder(record);
}
