import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RAW_FILE, type Run, type RunHeader } from './run.js';
import type { TrialRecord } from './trial.js';

/**
 * Reads a run back from its folder.
 *
 * @throws {Error} when the folder has no raw data, or the data is not what a run writes.
 */
export async function readRun(folder: string): Promise<Run> {
  const file = join(folder, RAW_FILE);
  const [first, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
  const header = JSON.parse(first ?? '') as RunHeader;
  if (header.scenario === undefined || header.provenance === undefined) {
    throw new Error(`${file}: expected a first line that describes the run; run the experiment again`);
  }
  return { ...header, trials: lines.map((line) => JSON.parse(line) as TrialRecord) };
}
