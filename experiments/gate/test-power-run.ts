import { createRandom } from '#gate/statistics/random';
import { describeProvenance } from '../runner/provenance.js';
import { POWER_ARMS, type PowerServiceName } from './power-arms.js';
import type { PowerRun, PowerTrial } from './power-run.js';

/** What an arm's trials give, for tests of what is made of them. */
export interface ArmFigures {
  readonly p99Millis?: number;
  readonly cpuMillisPerSecond?: number;
  /** Up and down, as a share of each figure. */
  readonly noise?: number;
  /** Of the block: why its trial may not be counted. */
  readonly faultOf?: (block: number) => PowerTrial['faultKinds'][number] | undefined;
}

export const TRIAL_MILLIS = 9_000;

/** A run with trials of the arms that are named. */
export function makePowerRun(
  blockCount: number,
  figuresByLabel: Readonly<Record<string, ArmFigures>>,
  service: PowerServiceName = 'chat',
): PowerRun {
  const random = createRandom(7);
  const trials = Array.from({ length: blockCount }, (_, block) =>
    Object.entries(figuresByLabel).map(([label, figures]) => makePowerTrial(label, block, figures, random)),
  ).flat();
  return {
    gatePower: { arms: POWER_ARMS[service], blockCount, trial: { warmUpMillis: 2_000, measuredMillis: 6_000 } },
    provenance: describeProvenance('the recording', 1),
    resumptions: [],
    trials,
    failedTrials: [],
  };
}

export function makePowerTrial(
  label: string,
  block: number,
  { p99Millis = 10, cpuMillisPerSecond = 100, noise = 0.05, faultOf = () => undefined }: ArmFigures = {},
  random = createRandom(block),
): PowerTrial {
  const vary = (value: number) => value * (1 + (random() * 2 - 1) * noise);
  const fault = faultOf(block);
  return {
    label,
    block,
    startedAt: '2026-01-01T00:00:00.000Z',
    figures: {
      arrivalWeightedP99Millis: vary(p99Millis),
      rawP99Millis: 50,
      longestBlockMillis: null,
      utilization: 0.5,
      mainThreadCpuMillisPerSecond: vary(cpuMillisPerSecond),
      latencyP99Millis: null,
    },
    noiseFloor: { arrivalWeightedP99Millis: 0.1, longestMillis: 1 },
    clockStepMillis: 0,
    script: 'main.js',
    isWholeWindow: true,
    faults: fault === undefined ? [] : [`it was ${fault}`],
    faultKinds: fault === undefined ? [] : [fault],
    durationMillis: TRIAL_MILLIS,
    runnableMillis: 10,
    windowMillis: 5_000,
    load: {
      dueRequestCount: 300,
      succeededRequestCount: 300,
      failedRequestCounts: {},
      achievedRequestsPerSecond: 50,
      latenessP99Millis: 1,
    },
    expectedSpanCount: 2_800,
    receivedSpanCount: 2_800,
  };
}
