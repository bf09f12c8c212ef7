import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeClaimSummary } from './claims/claim-report.js';
import { CLAIMS } from './claims/index.js';
import { readClaimRun } from './claims/run-claim.js';
import { regeneratePowerSummary } from './gate/power-documents.js';
import { parseAccuracyRun, writeAccuracySummary } from './loop-delay/accuracy-record.js';
import { parseCostRun, writeCostSummary } from './loop-delay/cost-table.js';
import { findMatrixRun } from './matrix/matrix-record.js';
import { writeMatrixSummary } from './matrix/matrix-report.js';
import { writeRunSummary } from './report/run-report.js';
import { findRun } from './runner/raw-data.js';
import { STUDIES } from './studies/index.js';
import { readStudyRun } from './studies/run-study.js';
import { writeStudySummary } from './studies/study-report.js';

/**
 * The summary that today's code makes of a folder's raw data: an experiment's, a claim's, a study's, the matrix's, one of the
 * monitor itself or the gate's power study; null for the other kinds, whose summaries say what their raw data does not.
 */
export async function regenerateSummary(folder: string): Promise<string | null> {
  const run = await findRun(folder);
  if (run !== undefined) return writeRunSummary(run);
  const raw = await readFile(join(folder, 'raw.jsonl'), 'utf8');
  const accuracyRun = parseAccuracyRun(raw);
  if (accuracyRun !== undefined) return writeAccuracySummary(accuracyRun);
  const costRun = parseCostRun(raw);
  if (costRun !== undefined) return writeCostSummary(costRun);
  const matrixRun = await findMatrixRun(folder);
  if (matrixRun !== undefined) return writeMatrixSummary(matrixRun);
  const powerSummary = await regeneratePowerSummary(folder);
  if (powerSummary !== null) return powerSummary;
  const studyRun = await readStudyRun(folder);
  const study = STUDIES.find(({ name }) => name === studyRun.study);
  if (study !== undefined) return writeStudySummary(study, studyRun);
  const claimRun = await readClaimRun(folder);
  const claim = CLAIMS.find(({ name }) => name === claimRun.claim);
  return claim === undefined ? null : writeClaimSummary(claim, claimRun);
}
