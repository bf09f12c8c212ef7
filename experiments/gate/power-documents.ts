import { join } from 'node:path';
import { findNewest, RESULTS } from '../results-folders.js';
import { GATE_POWER_NAME, namePowerFolder } from './gate-power-name.js';
import { readLiveRuns } from './live-run.js';
import { POWER_SERVICE_NAMES, type PowerServiceName } from './power-arms.js';
import { findPowerRecord } from './power-record.js';
import { describeTrials, writePowerReport, writePowerTables } from './power-report.js';
import { findPowerRun } from './power-run.js';

const COMMAND = `npm run experiment -- ${GATE_POWER_NAME}`;

/** The summary that today's code makes of a folder's trials, replay and live runs; null where it holds no such trials. */
export async function regeneratePowerSummary(folder: string): Promise<string | null> {
  const run = await findPowerRun(folder);
  if (run === undefined) return null;
  return writePowerReport(run, await findPowerRecord(folder, run), await readLiveRuns(folder));
}

/** How often the gate errs, for a page in docs/: of each service its newest recording. */
export async function writePowerBlock(): Promise<string> {
  const blocks: string[] = [];
  for (const service of POWER_SERVICE_NAMES) blocks.push(await writeServiceBlock(service));
  return blocks.join('\n\n');
}

async function writeServiceBlock(service: PowerServiceName): Promise<string> {
  const command = `${COMMAND} --service ${service}`;
  const kind = namePowerFolder(service);
  const folder = await findNewest(kind);
  // The live runs may come first.
  const run = folder === undefined ? undefined : await findPowerRun(folder);
  if (folder === undefined || run === undefined) {
    return `No reference run of the service \`${service}\` yet: \`${command} --record --results ${join(RESULTS, kind, 'DATE')}\`.`;
  }
  const record = await findPowerRecord(folder, run);
  if (record === undefined) return `Recorded, but nothing drawn from it yet: \`${command} --results ${folder}\`.`;
  const { command: recording, node } = run.provenance;
  const source = `<sub>\`${recording}\`, \`${record.command}\`, Node ${node}: [raw data](../${folder}/raw.jsonl)</sub>`;
  return `### The service \`${service}\`\n\n${describeTrials(run)}\n\n${writePowerTables(record, await readLiveRuns(folder))}\n\n${source}`;
}
