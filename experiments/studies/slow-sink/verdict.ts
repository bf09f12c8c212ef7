import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf } from '../../claims/claim.js';
import type { ExchangeArm } from '../service/protocol.js';

export const UNWELL_STATES = ['slow', 'down'] as const;

export type UnwellState = (typeof UNWELL_STATES)[number];

export const SLOW_SINK_ARMS = [
  'batch-otlp-protobuf',
  'langfuse-v3',
  'langfuse-v5',
  'offloop',
  'offloop-30-exports',
] as const satisfies readonly ExchangeArm[];

export function sinkCase(arm: string, sink: UnwellState): string {
  return `${arm}, ${sink}`;
}

export function judgeSlowSink(estimate: EstimateOf): string {
  const [slow, down] = UNWELL_STATES.map((sink) => join(SLOW_SINK_ARMS.map((arm) => describeArm(estimate, arm, sink))));
  return `With a slow receiver the p99 that a request waits for the loop grows by ${slow}; with none by ${down}.`;
}

/** What it adds to the loop, how memory grows, and what is lost. */
function describeArm(estimate: EstimateOf, arm: string, sink: UnwellState): string {
  const own = sinkCase(arm, sink);
  const added = estimate((figure) => figure(own, 'p99Millis') - figure('control', 'p99Millis'));
  const growth = estimate(
    (figure) => figure(own, 'residentGrowthMebibytes') - figure('control', 'residentGrowthMebibytes'),
  );
  const lost = estimate((figure) => figure(own, 'lostPercent'));
  return (
    `${describe(added, 'ms')} with ${arm} (memory ${growth.estimate < 0 ? '' : '+'}${growth.estimate.toFixed(0)} MiB ` +
    `beside the control's, ${lost.estimate.toFixed(0)} % lost)`
  );
}

function describe({ estimate, low, high }: Interval, unit: string): string {
  return `${estimate.toFixed(1)} ${unit} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function join(parts: readonly string[]): string {
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
