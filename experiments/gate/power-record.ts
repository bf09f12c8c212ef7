import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../command-line.js';
import type { PowerRun } from './power-run.js';
import type { PowerRow, PowerSettings } from './power-study.js';

/** What a replay found; gate-power.json beside the trials. To find it again takes minutes. */
export interface PowerRecord {
  /** Of the trials it was drawn from. */
  readonly trials: TrialCounts;
  readonly settings: PowerSettings;
  /** What to type to repeat it. */
  readonly command: string;
  readonly rows: readonly PowerRow[];
}

interface TrialCounts {
  readonly startedAt: string;
  readonly trialCount: number;
}

const RECORD_FILE = 'gate-power.json';

export async function writePowerRecord(
  folder: string,
  run: PowerRun,
  replay: Omit<PowerRecord, 'trials'>,
): Promise<PowerRecord> {
  const record: PowerRecord = { trials: countTrials(run), ...replay };
  await writeFile(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/**
 * Undefined where the trials were not replayed yet.
 *
 * @throws {UsageError} where they are not the ones that were.
 */
export async function findPowerRecord(folder: string, run: PowerRun): Promise<PowerRecord | undefined> {
  const file = join(folder, RECORD_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as PowerRecord;
  const [drawn, recorded] = [record.trials, countTrials(run)].map((counts) => JSON.stringify(counts));
  if (drawn === recorded) return record;
  throw new UsageError(`${file}: expected it drawn from ${recorded}, got ${drawn}; draw again: ${record.command}`);
}

function countTrials({ provenance, trials }: PowerRun): TrialCounts {
  return { startedAt: provenance.startedAt, trialCount: trials.length };
}
