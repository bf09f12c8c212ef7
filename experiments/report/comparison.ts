import type { DelayCurve } from 'offloop/loop-delay';
import type { ArmSummary } from './arm-summary.js';
import { formatCount, formatMillis, formatPercent } from './format-figure.js';

/** One table of the comparison, ready to be drawn: a row an arm, its name first. */
export interface ComparisonTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const PERCENTILES = [50, 90, 99, 99.9] as const;

/** The comparison as tables no wider than 80 columns. Raw and arrival-weighted delays never share a column. */
export function compareArms(arms: readonly ArmSummary[]): ComparisonTable[] {
  return [
    compareDelays('Arrival-weighted delay: what a request waits for the loop, ms', arms, (arm) => arm.arrivalWeighted),
    compareDelays('Raw delay: monitorEventLoopDelay, the interval of its timer included, ms', arms, (arm) => arm.raw),
    {
      title: 'Event loop, main thread and requests',
      head: ['arm', 'loop used', 'CPU ms/s', 'latency p50 ms', 'latency p99 ms'],
      rows: arms.map((arm) => [
        arm.armName,
        formatPercent(arm.utilization),
        arm.mainThreadCpuMillisPerSecond === null ? '-' : arm.mainThreadCpuMillisPerSecond.toFixed(0),
        formatMillis(arm.latencyP50Millis),
        formatMillis(arm.latencyP99Millis),
      ]),
    },
    {
      title: 'Spans',
      head: ['arm', 'made', 'received', 'dropped'],
      rows: arms.map((arm) => [
        arm.armName,
        formatCount(arm.madeSpanCount),
        formatCount(arm.receivedSpanCount),
        formatCount(arm.droppedSpanCount),
      ]),
    },
  ];
}

function compareDelays(
  title: string,
  arms: readonly ArmSummary[],
  choose: (arm: ArmSummary) => DelayCurve,
): ComparisonTable {
  return {
    title,
    head: ['arm', ...PERCENTILES.map((percentile) => `p${percentile}`), 'max'],
    rows: arms.map((arm) => {
      const curve = choose(arm);
      const percentiles = PERCENTILES.map((percentile) => formatMillis(curve.percentileMillis(percentile)));
      return [arm.armName, ...percentiles, formatMillis(curve.maxMillis)];
    }),
  };
}
