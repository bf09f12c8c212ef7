import { ArrivalWeightedDelay, DelayDistribution } from 'offloop/loop-delay';
import type { ArmSummary } from './arm-summary.js';
import type { Terminal } from './terminal.js';

export const UNICODE_TERMINAL: Terminal = { unicode: true, styled: false };
export const ASCII_TERMINAL: Terminal = { unicode: false, styled: false };

/** A loop that blocks now and then for `blockMillis`: 2 % of the time, 50 blocks. */
export function summarizeArm(armName: string, blockMillis: number, fields: Partial<ArmSummary> = {}): ArmSummary {
  return {
    armName,
    raw: new DelayDistribution([
      [10.2, 9_990],
      [blockMillis, 10],
    ]),
    arrivalWeighted: new ArrivalWeightedDelay([[blockMillis, 50]], blockMillis * 50 * 50),
    utilization: 0.02,
    mainThreadCpuMillisPerSecond: 20,
    latencyP50Millis: 3.21,
    latencyP99Millis: 123.4,
    madeSpanCount: 1_234_567,
    receivedSpanCount: 1_234_000,
    droppedSpanCount: 567,
    ...fields,
  };
}
