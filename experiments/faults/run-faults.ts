import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeProvenance, type Provenance } from '../runner/provenance.js';
import { type FaultScenario, type Figure, isMet, type SizeName } from './scenario.js';

export interface FaultSettings {
  readonly scenarios: readonly FaultScenario[];
  readonly size: SizeName;
  readonly seed: number;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Takes raw.jsonl; made if missing. */
  readonly folder: string;
  readonly onScenario: (scenario: FaultScenario) => void;
}

export interface FaultRecord {
  readonly scenario: string;
  readonly title: string;
  readonly durationMillis: number;
  readonly figures: readonly Figure[];
}

export interface FaultRun {
  readonly provenance: Provenance;
  /** In the order of the scenarios. */
  readonly records: readonly FaultRecord[];
  /** Scenarios without figures, and why. */
  readonly failures: readonly string[];
}

/** Scenarios at a time whose figures are counts: most of their time is waiting. */
const COUNTING_LANE_COUNT = 3;

/** Runs the scenarios, those whose figures are times or memory alone; each is on disk as soon as it has ended. */
export async function runFaults({
  scenarios,
  size,
  seed,
  command,
  folder,
  onScenario,
}: FaultSettings): Promise<FaultRun> {
  const provenance = describeProvenance(command, seed);
  const rawFile = join(folder, 'raw.jsonl');
  await mkdir(folder, { recursive: true });
  await writeFile(rawFile, `${JSON.stringify({ provenance, size, scenarios: scenarios.map(({ name }) => name) })}\n`);
  const records: FaultRecord[] = [];
  const failures: string[] = [];

  const runOne = async (scenario: FaultScenario): Promise<void> => {
    onScenario(scenario);
    const startMillis = performance.now();
    try {
      const { figures, runs } = await scenario.run(size, seed);
      const durationMillis = Math.round(performance.now() - startMillis);
      const record = { scenario: scenario.name, title: scenario.title, durationMillis, figures };
      records.push(record);
      await appendFile(rawFile, `${JSON.stringify({ ...record, runs })}\n`);
    } catch (error) {
      failures.push(`${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const counting = scenarios.filter(({ isTimed }) => !isTimed);
  const runLane = async () => {
    for (let next = counting.shift(); next !== undefined; next = counting.shift()) await runOne(next);
  };
  await Promise.all(Array.from({ length: COUNTING_LANE_COUNT }, runLane));
  for (const scenario of scenarios) if (scenario.isTimed) await runOne(scenario);

  const rank = new Map(scenarios.map(({ name }, index) => [name, index]));
  records.sort((a, b) => (rank.get(a.scenario) ?? 0) - (rank.get(b.scenario) ?? 0));
  return { provenance, records, failures };
}

/** Whether every scenario ran and every figure is what it has to be. */
export function isSound({ records, failures }: Pick<FaultRun, 'records' | 'failures'>): boolean {
  return failures.length === 0 && records.every(({ figures }) => figures.every(isMet));
}
