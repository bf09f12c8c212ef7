import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '#gate/statistics/random';
import { describeProvenance, type Provenance } from '../runner/provenance.js';
import { startSinkProcess } from '../sink/sink-process.js';
import type { PlanSize } from './plan.js';
import { planRound } from './plan.js';
import { runTrial } from './run-trial.js';
import type { SectionName, Trial, TrialRecord } from './trial.js';

export interface BenchSettings {
  readonly sections: readonly SectionName[];
  readonly size: PlanSize;
  readonly roundCount: number;
  readonly seed: number;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Takes raw.jsonl; made if missing. */
  readonly folder: string;
  /** A folder in which dd-trace is installed. */
  readonly ddTraceFolder: string;
  readonly onTrial: (trial: Trial, round: number) => void;
}

export interface BenchRun {
  readonly provenance: Provenance;
  readonly records: readonly TrialRecord[];
  /** Arms that could not run, and how to make them. */
  readonly unavailable: ReadonlyMap<string, string>;
  /** Trials without figures, and why. */
  readonly failures: readonly string[];
}

const RAW_FILE = 'raw.jsonl';

/** Runs every round, each trial in a fresh process and in random order; a trial is on disk before the next one starts. */
export async function runBench(settings: BenchSettings): Promise<BenchRun> {
  const { sections, size, roundCount, seed, command, folder, ddTraceFolder, onTrial } = settings;
  const provenance = describeProvenance(command, seed);
  const rawFile = join(folder, RAW_FILE);
  await mkdir(folder, { recursive: true });
  await writeFile(rawFile, `${JSON.stringify({ provenance, sections, size, roundCount })}\n`);
  const records: TrialRecord[] = [];
  const failures: string[] = [];
  const unavailable = new Map<string, string>();
  const sink = await startSinkProcess({ decode: 'deferred', maxTrackedSpanCount: 0 });
  try {
    for (let round = 0; round < roundCount; round++) {
      for (const trial of orderRound(planRound(sections, size, seed + round), seed + round)) {
        onTrial(trial, round);
        if (unavailable.has(trial.arm)) continue;
        const { section, arm, column, task } = trial;
        const outcome = await runTrial(task, { sink, ddTraceFolder });
        switch (outcome.status) {
          case 'measured': {
            const record = { section, arm, column, round, task, figures: outcome.figures };
            records.push(record);
            await appendFile(rawFile, `${JSON.stringify(record)}\n`);
            break;
          }
          case 'unavailable':
            unavailable.set(arm, outcome.message);
            break;
          case 'failed':
            failures.push(`${section}, ${column}, ${arm} (round ${round + 1}): ${outcome.message}`);
            break;
          default:
            outcome satisfies never;
        }
      }
    }
  } finally {
    await sink.stop();
  }
  return { provenance, records: inPlannedOrder(records, planRound(sections, size, seed)), unavailable, failures };
}

/**
 * Sections one after the other, and within one all arms of a column in random order before the next column: the trials
 * that are compared run close together.
 */
function orderRound(trials: readonly Trial[], seed: number): Trial[] {
  const random = createRandom(seed);
  const groups = new Map<string, { readonly trial: Trial; readonly key: number }[]>();
  for (const trial of trials) {
    const name = `${trial.section} ${trial.column}`;
    groups.set(name, [...(groups.get(name) ?? []), { trial, key: random() }]);
  }
  return [...groups.values()].flatMap((group) => group.sort((a, b) => a.key - b.key).map(({ trial }) => trial));
}

/** The tables take arms and columns in the order in which they first come. */
function inPlannedOrder(records: readonly TrialRecord[], plan: readonly Trial[]): TrialRecord[] {
  const place = new Map(plan.map(({ section, arm, column }, index) => [`${section} ${arm} ${column}`, index]));
  const placeOf = ({ section, arm, column }: TrialRecord) => place.get(`${section} ${arm} ${column}`) ?? plan.length;
  return [...records].sort((a, b) => placeOf(a) - placeOf(b));
}
