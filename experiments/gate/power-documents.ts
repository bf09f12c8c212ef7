import { join } from 'node:path';
import { findNewest, RESULTS } from '../results-folders.js';
import { findRun } from '../runner/raw-data.js';
import { readLiveRuns } from './live-run.js';
import { findPowerRecord } from './power-record.js';
import { writePowerReport, writePowerTables } from './power-report.js';
import { gatePower } from './power-scenario.js';

const COMMAND = `npm run experiment -- ${gatePower.name}`;

/** The report that today's code makes of a folder's trials, replay and live runs; null where it holds no replay. */
export async function regeneratePowerReport(folder: string): Promise<string | null> {
  const run = await findRun(folder);
  if (run?.scenario.name !== gatePower.name) return null;
  const record = await findPowerRecord(folder, run);
  return record === undefined ? null : writePowerReport(run, record, await readLiveRuns(folder));
}

/** How often the gate errs, for a page in docs/. */
export async function writePowerBlock(): Promise<string> {
  const folder = await findNewest(gatePower.name);
  // The live runs may come first.
  const run = folder === undefined ? undefined : await findRun(folder);
  if (folder === undefined || run === undefined) {
    return `No reference run yet: \`${COMMAND} --record --results ${join(RESULTS, gatePower.name, 'DATE')}\`.`;
  }
  const record = await findPowerRecord(folder, run);
  if (record === undefined) return `Recorded, but nothing drawn from it yet: \`${COMMAND} --results ${folder}\`.`;
  const { command, node } = run.provenance;
  const source = `<sub>\`${command}\`, \`${record.command}\`, Node ${node}: [raw data](../${folder}/raw.jsonl)</sub>`;
  return `${writePowerTables(run, record, await readLiveRuns(folder))}\n\n${source}`;
}
