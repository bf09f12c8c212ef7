import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '#gate/statistics/random';
import { UsageError } from '../command-line.js';
import { type ModelServerProcess, startModelServerProcess } from '../model-server/model-server-process.js';
import { startProgress } from '../report/progress.js';
import { describeTerminal } from '../report/terminal.js';
import { draw } from '../runner/draw.js';
import { describeProvenance } from '../runner/provenance.js';
import type { ClaimHeader, ClaimRun, ClaimTrial } from './claim.js';
import type { ClaimOrder } from './claim-order.js';
import { drawClaim, writeClaimSummary } from './claim-report.js';
import { runTrial, startServers } from './run-trial.js';

const RAW_FILE = 'raw.jsonl';

/** What a claim asks of the model is an answer; what it measures is not the wait for it. */
const MODEL_PACE = { timeToFirstTokenMillis: 0, interChunkDelayMillis: 0 } as const;

const SEED_COUNT = 2 ** 31;

/** Measures a claim, records it, and says on the terminal what was found. */
export async function runClaim(order: ClaimOrder): Promise<void> {
  const run = await measureClaim(order);
  await writeFile(join(order.folder, 'summary.md'), writeClaimSummary(order.claim, run));
  process.stdout.write(`${drawClaim(order.claim, run, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nRaw data and summary: ${order.folder}\n`);
  // A claim that does not hold is an answer; no trial at all that may be counted is none.
  if (run.trials.every(({ faults }) => faults.length > 0)) process.exitCode = 2;
}

/** Reads a run of a claim back from its folder. @throws {Error} when the folder has none. */
export async function readClaimRun(folder: string): Promise<ClaimRun> {
  const [first = '', ...lines] = (await readFile(join(folder, RAW_FILE), 'utf8')).split('\n');
  const header = JSON.parse(first) as ClaimHeader;
  // Every line is written with its end: what follows the last one is empty, or torn.
  return { ...header, trials: lines.slice(0, -1).map((line) => JSON.parse(line) as ClaimTrial) };
}

async function measureClaim({ claim, size, seed, folder, mayReplace, command }: ClaimOrder): Promise<ClaimRun> {
  const rawFile = join(folder, RAW_FILE);
  if (!mayReplace && existsSync(rawFile)) {
    throw new UsageError(`${folder} holds a run; choose another folder with --results`);
  }
  const header: ClaimHeader = { claim: claim.name, size, provenance: describeProvenance(command, seed) };
  await mkdir(folder, { recursive: true });
  await writeFile(rawFile, `${JSON.stringify(header)}\n`);
  const trials: ClaimTrial[] = [];
  const random = createRandom(seed);
  const progress = startProgress({
    stepCount: size.blockCount * claim.cases.length,
    expectedStepMillis: size.expectedTrialMillis,
  });
  const servers = await startServers();
  let modelServer: ModelServerProcess | undefined;
  try {
    if (claim.asksModel) modelServer = await startModelServerProcess(MODEL_PACE);
    for (let block = 0; block < size.blockCount; block += 1) {
      const plan = {
        block,
        settings: size.settings,
        seed: Math.floor(random() * SEED_COUNT),
        ...(modelServer === undefined ? {} : { modelServerUrl: modelServer.url }),
      };
      // What drifts on the machine meets every case alike.
      for (const caseName of draw(claim.cases, claim.cases.length, random)) {
        progress.begin(`block ${block + 1}: ${caseName}`);
        const trial = await runTrial(claim, { ...plan, caseName }, servers);
        await appendFile(rawFile, `${JSON.stringify(trial)}\n`);
        trials.push(trial);
      }
    }
  } finally {
    progress.end();
    await Promise.all([...servers, modelServer].map((server) => server?.stop()));
  }
  return { ...header, trials };
}
