import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeProvenance } from '../runner/provenance.js';
import { PROMISES } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import type { SizeName } from './scenario.js';

/** A run that has every figure of every promise, for tests: each is 7. */
export function makePromisedRecords(): FaultRecord[] {
  const whats = new Map<string, Set<string>>();
  for (const { scenario } of PROMISES) {
    if (scenario === undefined) continue;
    whats.set(scenario.name, new Set([...(whats.get(scenario.name) ?? []), ...scenario.figures]));
  }
  return [...whats].map(([scenario, figures]) => ({
    scenario,
    title: scenario,
    durationMillis: 1,
    figures: [...figures].map((what) => ({ what, unit: 'count', value: 7 })),
  }));
}

/** Writes the files of a run. */
export async function writeFaultRun(
  folder: string,
  records: readonly FaultRecord[] = makePromisedRecords(),
  size: SizeName = 'full',
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const header = { provenance: describeProvenance('npm run test:faults -- --full', 1), size };
  const lines = [header, ...records].map((line) => JSON.stringify(line));
  await writeFile(join(folder, 'raw.jsonl'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'summary.md'), '# Faults\n');
}
