import { isDeepStrictEqual } from 'node:util';
import { findRun, writeRun } from './raw-data.js';
import { listMissingTrials } from './run.js';
import type { Run, RunHeader } from './run-record.js';

/** What to do with a run that lies in the folder already. `go-on`: only with this very run, or it is a mistake. */
export type RecordingMode = 'go-on' | 'replace' | 'keep';

/** How the folder was found; said aloud by whoever opens it. */
export interface Opening {
  readonly run: Run;
  readonly message: string | null;
}

/** A run can't be recorded where it was to be; the message says what lies there and what to do. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/**
 * Prepares a folder for a run and returns what of the run it holds already. An unfinished recording of this very run,
 * made by committed code, is gone on with in every mode.
 *
 * @throws {RecordingError} when the folder holds another run that must stay, or none to go on with.
 */
export async function openRecording(folder: string, header: RunHeader, mode: RecordingMode): Promise<Opening> {
  const found = await findRun(folder);
  if (found === undefined) {
    if (mode === 'go-on') throw new RecordingError(`${folder} holds no run to go on with; leave out --resume`);
    return start(folder, header, null);
  }
  const differences = listDifferences(found, header);
  const missingCount = listMissingTrials({ ...found, size: header.size }).length;
  if (mode === 'go-on') {
    if (differences.length === 0) return goOn(folder, found, header);
    throw new RecordingError(
      `${folder} holds another run, which can't be gone on with: ${differences.join('; ')}. ` +
        'Repeat its command, or choose another folder with --results',
    );
  }
  if (differences.length === 0 && missingCount > 0 && !isDirty(header)) return goOn(folder, found, header);
  if (mode === 'keep') {
    const what = differences.length === 0 ? 'this run' : `another run (${differences.join('; ')})`;
    throw new RecordingError(`${folder} holds ${what}; choose another folder with --results, or go on with --resume`);
  }
  return start(folder, header, `Replacing the run of ${found.provenance.startedAt} in ${folder}.`);
}

/** What makes the two different experiments, a line each. The number of blocks may grow. */
export function listDifferences(recorded: RunHeader, wanted: RunHeader): string[] {
  const traits = (header: RunHeader) => ({
    scenario: header.scenario.name,
    arms: header.scenario.arms,
    load: header.scenario.load,
    'delay of flushing': `${header.scenario.flushDelayMillis ?? 'the default'} (ms)`,
    'warm-up': `${header.size.warmUpMillis} ms`,
    window: `${header.size.measuredMillis} ms`,
    seed: header.provenance.seed,
    commit: header.provenance.commit,
    node: header.provenance.node,
    machine: `${header.provenance.cpuCount} x ${header.provenance.cpuModel}, ${header.provenance.os}`,
  });
  const there = traits(recorded);
  const here = traits(wanted);
  const differences = (Object.keys(there) as (keyof typeof there)[])
    .filter((name) => !isDeepStrictEqual(there[name], here[name]))
    .map((name) => `${name} ${describe(there[name])} recorded, ${describe(here[name])} now`);
  if (recorded.size.blockCount > wanted.size.blockCount) {
    differences.push(`blocks ${recorded.size.blockCount} recorded, ${wanted.size.blockCount} now`);
  }
  return differences;
}

async function start(folder: string, header: RunHeader, message: string | null): Promise<Opening> {
  const run = { ...header, trials: [], failedTrials: [] };
  await writeRun(folder, run);
  return { run, message };
}

/** Writes the folder anew: the header learns of the resumption, and a torn line goes. */
async function goOn(folder: string, found: Run, { size, provenance }: RunHeader): Promise<Opening> {
  const { startedAt, command, loadBefore } = provenance;
  const run = { ...found, size, resumptions: [...found.resumptions, { startedAt, command, loadBefore }] };
  await writeRun(folder, run);
  const recordedCount = run.trials.length + run.failedTrials.length;
  const trialCount = recordedCount + listMissingTrials(run).length;
  const doubt = isDirty(found) ? ' The checkout has uncommitted changes; they must be the same as then.' : '';
  return {
    run,
    message: `Going on with ${folder}: ${recordedCount} of ${trialCount} trials are recorded.${doubt}`,
  };
}

/** Two checkouts with uncommitted changes need not be the same code, whatever their commit. */
function isDirty({ provenance: { commit } }: RunHeader): boolean {
  return commit === null || commit.endsWith('-dirty');
}

function describe(trait: unknown): string {
  return typeof trait === 'object' ? JSON.stringify(trait) : String(trait);
}
