import { type ModelServerProcess, startModelServerProcess } from '../model-server/model-server-process.js';
import { describeTerminal } from '../report/terminal.js';
import { describeProvenance } from '../runner/provenance.js';
import type { CaseOrder } from './case-order.js';
import { expectRoom, readCaseRun, recordCases, reportCases } from './case-record.js';
import type { Claim, ClaimHeader, ClaimRun } from './claim.js';
import { drawClaim, writeClaimSummary } from './claim-report.js';
import { runTrial, startServers } from './run-trial.js';

/** What a claim asks of the model is an answer; what it measures is not the wait for it. */
const MODEL_PACE = { timeToFirstTokenMillis: 0, interChunkDelayMillis: 0 } as const;

const SEED_COUNT = 2 ** 31;

/** Measures a claim, records it, and says on the terminal what was found. */
export async function runClaim(order: CaseOrder<Claim>): Promise<void> {
  const { experiment: claim, folder } = order;
  const run = await measureClaim(order);
  await reportCases(folder, run.trials, {
    summary: writeClaimSummary(claim, run),
    drawn: drawClaim(claim, run, describeTerminal(process.stdout)),
  });
}

/** Reads a run of a claim back from its folder. @throws {Error} when the folder has none. */
export function readClaimRun(folder: string): Promise<ClaimRun> {
  return readCaseRun<ClaimHeader>(folder);
}

async function measureClaim(order: CaseOrder<Claim>): Promise<ClaimRun> {
  const { experiment: claim, size, seed, command } = order;
  expectRoom(order);
  const header: ClaimHeader = { claim: claim.name, size, provenance: describeProvenance(command, seed) };
  const servers = await startServers();
  let modelServer: ModelServerProcess | undefined;
  try {
    if (claim.asksModel) modelServer = await startModelServerProcess(MODEL_PACE);
    const model = modelServer === undefined ? {} : { modelServerUrl: modelServer.url };
    return await recordCases(order, header, (block, random) => {
      const plan = { block, settings: size.settings, seed: Math.floor(random() * SEED_COUNT), ...model };
      return (caseName) => runTrial(claim, { ...plan, caseName }, servers);
    });
  } finally {
    await Promise.all([...servers, modelServer].map((server) => server?.stop()));
  }
}
