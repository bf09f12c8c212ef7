import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLAIMS } from '../claims/index.js';
import { readClaimRun } from '../claims/run-claim.js';
import { UsageError } from '../command-line.js';
import { findMatrixRun } from '../matrix/matrix-record.js';
import { findRun } from '../runner/raw-data.js';
import { STUDIES } from '../studies/index.js';
import { readStudyRun } from '../studies/run-study.js';
import { orderClaim, orderStudy } from './order-cases.js';
import { orderMatrix, orderRun } from './order-run.js';
import type { OrderedRecord } from './ordered-record.js';

/**
 * A folder of results by its kind; null for the kinds that have no blocks.
 *
 * @param name of the record.
 * @throws {UsageError} when the folder has no raw data.
 */
export async function readOrderedRecord(folder: string, name: string): Promise<OrderedRecord | null> {
  if (!existsSync(join(folder, 'raw.jsonl'))) {
    throw new UsageError(`${folder} holds no raw.jsonl; expected a folder of results such as results/compare/DATE`);
  }
  const run = await findRun(folder);
  if (run !== undefined) return orderRun(name, run);
  const matrixRun = await findMatrixRun(folder);
  if (matrixRun !== undefined) return orderMatrix(name, matrixRun);
  const studyRun = await readStudyRun(folder);
  const study = STUDIES.find((candidate) => candidate.name === studyRun.study);
  if (study !== undefined) return orderStudy(name, study, studyRun);
  const claimRun = await readClaimRun(folder);
  const claim = CLAIMS.find((candidate) => candidate.name === claimRun.claim);
  return claim === undefined ? null : orderClaim(name, claim, claimRun.trials);
}
