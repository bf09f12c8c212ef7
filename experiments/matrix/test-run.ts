import { makeTrial } from '../runner/test-trial.js';
import type { TrialRecord } from '../runner/trial-record.js';
import type { CellLevels, MatrixCell } from './cell.js';
import { designMatrix } from './matrix-order.js';
import type { MatrixDesign, MatrixRun } from './matrix-record.js';
import { planCells } from './run-cells.js';

/** How long the loop was blocked once a second in an arm's trial of a cell; null for a trial that may not be counted. */
export type BlockMillisOf = (arm: string, levels: CellLevels) => number | null;

/** A matrix as a run writes it, for tests of what is made of it. @default the whole design */
export function makeMatrixRun(
  blockMillisOf: BlockMillisOf,
  matrix: MatrixDesign = designMatrix(1, null, true),
): MatrixRun {
  const header = {
    matrix,
    size: { blockCount: 1, warmUpMillis: 1_000, measuredMillis: 4_500 },
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'npm run experiment -- matrix',
      commit: 'a6de99d45f',
      node: 'v24.0.0',
      v8: '13.6',
      os: 'linux x64 6.18',
      cpuModel: 'example',
      cpuCount: 2,
      memoryBytes: 8e9,
      governor: null,
      loadBefore: 0.1,
      seed: 1,
    },
    resumptions: [],
  };
  const trials = planCells({ ...header, trials: [], failedTrials: [] }).flatMap(({ cell, trials: plans }) =>
    plans.map(({ arm }) => makeCellTrial(cell, arm.label, blockMillisOf(arm.label, cell.levels))),
  );
  return { ...header, trials, failedTrials: [] };
}

/** In the place of each trial's latency: its p50 and p99 in milliseconds, and of how many requests. @default 23 */
export function changeLatency(
  run: MatrixRun,
  latencyOf: (trial: TrialRecord) => readonly [p50Millis: number, p99Millis: number, count?: number],
): MatrixRun {
  const trials = run.trials.map((trial) => {
    const [p50Millis, p99Millis, count = 23] = latencyOf(trial);
    const latency = { ...trial.load.latency, p50Millis, p99Millis, count };
    return { ...trial, load: { ...trial.load, latency } };
  });
  return { ...run, trials };
}

function makeCellTrial({ index }: MatrixCell, arm: string, blockMillis: number | null) {
  if (blockMillis === null) return makeTrial({ arm, block: index, faults: ['the machine stood still for 300 ms'] });
  return makeTrial({ arm, block: index, blockMillis });
}
