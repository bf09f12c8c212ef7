import { writeClaimSummary } from './claims/claim-report.js';
import { CLAIMS } from './claims/index.js';
import { readClaimRun } from './claims/run-claim.js';
import { writeRunSummary } from './report/run-report.js';
import { findRun } from './runner/raw-data.js';

/**
 * The summary that today's code makes of a folder's raw data, an experiment's or a claim's; null for the other kinds,
 * whose summaries say what their raw data does not.
 */
export async function regenerateSummary(folder: string): Promise<string | null> {
  const run = await findRun(folder);
  if (run !== undefined) return writeRunSummary(run);
  const claimRun = await readClaimRun(folder);
  const claim = CLAIMS.find(({ name }) => name === claimRun.claim);
  return claim === undefined ? null : writeClaimSummary(claim, claimRun);
}
