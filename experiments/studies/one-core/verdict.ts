import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf } from '../../claims/claim.js';

export type CoreCount = 1 | 2;

/** By so much p99 may differ and still be called the same: the lab's margin. */
const MARGIN_MILLIS = 1;

export function coreCase(label: string, coreCount: CoreCount): string {
  return `${label}, ${coreCount} ${coreCount === 1 ? 'core' : 'cores'}`;
}

export function judgeOneCore(estimate: EstimateOf): string {
  const added = (label: string, coreCount: CoreCount) =>
    estimate(
      (figure) => figure(coreCase(label, coreCount), 'p99Millis') - figure(coreCase('control', coreCount), 'p99Millis'),
    );
  const named = (label: string, coreCount: CoreCount) => describe(added(label, coreCount));
  return (
    `On one core offloop adds ${named('offloop', 1)} to the p99 that a request waits for the loop, and ` +
    `${named('offloop', 2)} on two; batch-otlp-json adds ${named('batch-otlp-json', 1)} and ` +
    `${named('batch-otlp-json', 2)}, batch-otlp-protobuf ${named('batch-otlp-protobuf', 1)} and ` +
    `${named('batch-otlp-protobuf', 2)}: ${judgeWorth(estimate)}; ${judgeNice(estimate)}.`
  );
}

/** Whether a worker is worth it where it has no core of its own. */
function judgeWorth(estimate: EstimateOf): string {
  const saved = estimate(
    (figure) => figure(coreCase('batch-otlp-protobuf', 1), 'p99Millis') - figure(coreCase('offloop', 1), 'p99Millis'),
  );
  if (saved.low > MARGIN_MILLIS) return 'without a core of its own the worker still keeps the burst off the loop';
  if (saved.high < -MARGIN_MILLIS)
    return 'without a core of its own the worker makes the loop wait longer than a batch';
  return 'on one core offloop and batch-otlp-protobuf cannot be told apart';
}

function judgeNice(estimate: EstimateOf): string {
  const gained = estimate(
    (figure) => figure(coreCase('offloop', 1), 'p99Millis') - figure(coreCase('offloop, nice 19', 1), 'p99Millis'),
  );
  if (gained.low > 0) return `nice 19 for the worker takes ${describe(gained)} off it on one core`;
  if (gained.high < 0) return `nice 19 for the worker makes it worse on one core, by ${describe(negate(gained))}`;
  return `nice 19 for the worker makes no difference that could be told on one core (${describe(gained)} less)`;
}

function negate({ estimate, low, high, confidence }: Interval): Interval {
  return { estimate: -estimate, low: -high, high: -low, confidence };
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(1)} ms (${low.toFixed(1)} to ${high.toFixed(1)})`;
}
