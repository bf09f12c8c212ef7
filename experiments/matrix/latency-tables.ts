import type { ComparisonTable } from '../report/comparison.js';
import { type Choice, listChoiceEffects } from './choices.js';
import type { DesignAxis } from './design/design-axis.js';
import { describeSaved, findAxis, listOtherLevels, millis, NOTHING } from './effect-tables.js';
import { type ComparedOutcome, type Effect, isOwnArm, listLevelEffects } from './effects.js';

/** What each way to export adds to a request's latency, and offloop in the same cells. */
export function tabulateExporterLatency(
  axes: readonly DesignAxis[],
  cells: readonly ComparedOutcome[],
): ComparisonTable {
  return {
    title: 'Response time by arm: added to the latency of the control, ms, means over its cells',
    head: nameColumns('arm', 'arm'),
    rows: listLevelEffects(findAxis(axes, 'exporter'), cells).map(({ level, ...effect }) => [
      level,
      ...describeLatency(effect, isOwnArm(level)),
    ]),
  };
}

/** The same by each level of the other axes. */
export function tabulateLevelLatency(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'Response time by level: added to the latency of the control, ms',
    head: nameColumns('level', 'others'),
    rows: listOtherLevels(axes, cells).map(({ title, effect }) => [title, ...describeLatency(effect)]),
  };
}

/** The same by what a service is like. */
export function tabulateChoiceLatency(
  title: string,
  choices: readonly Choice[],
  cells: readonly ComparedOutcome[],
): ComparisonTable {
  return {
    title: `${title}: added to the latency of the control, ms`,
    head: nameColumns('spans with', 'others'),
    rows: listChoiceEffects(choices, cells).flatMap(({ title: name, effect }) =>
      effect === null ? [] : [[name, ...describeLatency(effect)]],
    ),
  };
}

function nameColumns(first: string, others: string): string[] {
  const percentiles = ['p50', 'p99'].flatMap((name) => [`${others}: ${name}`, `offloop: ${name}`, 'saved', 'interval']);
  return [first, 'cells', 'requests', ...percentiles];
}

/** @param isOwn beside an arm of this package offloop saves nothing by design. */
function describeLatency(
  { cellCount, requestCounts, arm, offloop, savedLatencyP50, savedLatencyP99 }: Effect,
  isOwn = false,
): string[] {
  const { fewest, most } = requestCounts;
  const describe = (saved: Effect['saved']) => (isOwn ? [NOTHING, NOTHING] : describeSaved(saved));
  return [
    String(cellCount),
    fewest === most ? String(most) : `${fewest} to ${most}`,
    millis(arm.latencyP50Millis),
    millis(offloop.latencyP50Millis),
    ...describe(savedLatencyP50),
    millis(arm.latencyP99Millis),
    millis(offloop.latencyP99Millis),
    ...describe(savedLatencyP99),
  ];
}
