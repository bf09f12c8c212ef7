import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, FigureOf } from '../../claims/claim.js';

const OTHERS = ['batch-otlp-json', 'batch-otlp-protobuf', 'langfuse-v5'] as const;
const EXPORTERS = [...OTHERS, 'offloop'] as const;

export function judgeGarbage(estimate: EstimateOf): string {
  const stays = EXPORTERS.map(
    (arm) =>
      `${describe(
        estimate((figure) => figure(arm, 'liveSeconds')),
        's',
      )} with ${arm}`,
  );
  const costs = EXPORTERS.map((arm) => {
    const added = estimate((figure) => millisPerSecond(figure, arm) - millisPerSecond(figure, 'control'));
    return `${describe(added, 'ms')} with ${arm}`;
  });
  return (
    `A span stays in memory for ${join(stays)}; beyond the control, collecting takes ${join(costs)} of the main thread ` +
    `in each second: ${judgeOffloop(estimate)}.`
  );
}

/** Against the cheapest of the others. */
function judgeOffloop(estimate: EstimateOf): string {
  const saved = estimate(
    (figure) => Math.min(...OTHERS.map((arm) => millisPerSecond(figure, arm))) - millisPerSecond(figure, 'offloop'),
  );
  if (saved.low > 0) return `offloop takes ${describe(saved, 'ms')} a second less than the cheapest of the others`;
  if (saved.high < 0) {
    const more = { ...saved, estimate: -saved.estimate, low: -saved.high, high: -saved.low };
    return `offloop takes ${describe(more, 'ms')} a second more than the cheapest of the others`;
  }
  return 'offloop and the cheapest of the others cannot be told apart';
}

/** Collections of all kinds. */
function millisPerSecond(figure: FigureOf, arm: string): number {
  return figure(arm, 'minorMillisPerSecond') + figure(arm, 'majorMillisPerSecond');
}

function describe({ estimate, low, high }: Interval, unit: string): string {
  return `${estimate.toFixed(2)} ${unit} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function join(parts: readonly string[]): string {
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
