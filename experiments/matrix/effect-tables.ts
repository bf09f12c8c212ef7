import type { ComparisonTable } from '../report/comparison.js';
import { AXIS_TITLES, type AxisName } from './axes.js';
import { readWorkload } from './cell.js';
import { type Choice, listChoiceEffects } from './choices.js';
import type { DesignAxis } from './design/design-axis.js';
import { type ComparedOutcome, type Effect, isOwnArm, listInteractions, listLevelEffects, mean } from './effects.js';

const NOTHING = '-';

/** What each way to export adds, over the cells that are about it, and offloop in the same cells. */
export function tabulateExporters(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'By arm: added to the control, means over its cells',
    head: [
      'arm',
      'cells',
      'wait',
      'times',
      'latency p50',
      'latency p99',
      'CPU µs',
      'lost',
      'offloop',
      'times',
      'CPU µs',
      'saved',
    ],
    rows: listLevelEffects(findAxis(axes, 'exporter'), cells).map(({ level, cellCount, arm, offloop, saved }) => [
      level,
      String(cellCount),
      millis(arm.p99Millis),
      times(arm.p99Ratio),
      millis(arm.latencyP50Millis),
      millis(arm.latencyP99Millis),
      micros(arm.cpuMicrosPerRequest),
      percent(arm.lostRatio),
      millis(offloop.p99Millis),
      times(offloop.p99Ratio),
      micros(offloop.cpuMicrosPerRequest),
      isOwnArm(level) ? NOTHING : millis(saved.meanMillis),
    ]),
  };
}

/** The main effects of the other axes, on the arms that are not this package's and on offloop. */
export function tabulateLevels(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'By level: added to the control by the other arms, and by offloop',
    head: nameColumns('level'),
    rows: axes
      .filter(({ name }) => name !== 'exporter')
      .flatMap((axis) =>
        listLevelEffects(axis, axis.name === 'kind' ? cells.filter(carriesPayload) : cells).map(
          ({ level, ...effect }) => [`${AXIS_TITLES[axis.name as AxisName]}: ${level}`, ...describeCells(effect)],
        ),
      ),
  };
}

/** A decision tree's leaves. */
export function tabulateChoices(
  title: string,
  choices: readonly Choice[],
  cells: readonly ComparedOutcome[],
): ComparisonTable {
  return {
    title,
    head: nameColumns('spans with'),
    rows: listChoiceEffects(choices, cells).map(({ title: name, effect }) => [
      name,
      ...(effect === null ? ['0', ...Array<string>(nameColumns('').length - 2).fill(NOTHING)] : describeCells(effect)),
    ]),
  };
}

/** On what it depends how much offloop saves. */
export function tabulateInteractions(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'On what it depends how much offloop saves: variance of ranks',
    head: ['axis', 'explains', 'by chance'],
    rows: listInteractions(axes, cells).map(({ axis, explainedRatio, chanceRatio }) => [
      AXIS_TITLES[axis],
      percent(explainedRatio),
      percent(chanceRatio),
    ]),
  };
}

/** The interaction of the exporter with another axis: what an arm adds at a level, and of how many cells that is the mean. */
export function tabulatePair(
  axes: readonly DesignAxis[],
  axis: AxisName,
  cells: readonly ComparedOutcome[],
): ComparisonTable {
  const { levels } = findAxis(axes, axis);
  const describeRow = (
    name: string,
    own: readonly ComparedOutcome[],
    read: (cell: ComparedOutcome) => number,
  ): string[] => [
    name,
    ...levels.map((level) => {
      const values = own.filter((cell) => cell.levels[axis] === level.name).map(read);
      return values.length === 0 ? NOTHING : `${millis(mean(values))} (${values.length})`;
    }),
  ];
  return {
    title: `How spans leave by ${AXIS_TITLES[axis]}: added to the p99 of the wait for the loop, ms (cells)`,
    head: ['arm', ...levels.map(({ name }) => name)],
    rows: [
      describeRow('offloop, beside all of them', cells, ({ offloop }) => offloop.p99Millis),
      ...findAxis(axes, 'exporter').levels.map(({ name }) =>
        describeRow(
          name,
          cells.filter((cell) => cell.levels.exporter === name),
          ({ arm }) => arm.p99Millis,
        ),
      ),
    ],
  };
}

function nameColumns(first: string): string[] {
  const means = ['others', 'times', 'CPU µs', 'offloop', 'times', 'CPU µs'];
  return [first, 'cells', ...means, 'saved', 'interval', 'worth it', 'costs'];
}

function describeCells({ cellCount, arm, offloop, saved, worthCount, costCount }: Effect): string[] {
  return [
    String(cellCount),
    ...[arm, offloop].flatMap(({ p99Millis, p99Ratio, cpuMicrosPerRequest }) => [
      millis(p99Millis),
      times(p99Ratio),
      micros(cpuMicrosPerRequest),
    ]),
    millis(saved.meanMillis),
    saved.interval === null ? NOTHING : `${millis(saved.interval.low)} to ${millis(saved.interval.high)}`,
    `${worthCount} of ${cellCount}`,
    `${costCount} of ${cellCount}`,
  ];
}

/** The kind of a payload matters to them only. */
function carriesPayload({ levels }: ComparedOutcome): boolean {
  return readWorkload(levels).capture === 'full';
}

export function findAxis(axes: readonly DesignAxis[], name: AxisName): DesignAxis {
  return axes.find((axis) => axis.name === name) ?? { name, levels: [] };
}

/** With one decimal below 100. */
export function millis(value: number): string {
  return value.toFixed(Math.abs(value) < 99.95 ? 1 : 0);
}

function times(ratio: number | null): string {
  return ratio === null ? NOTHING : ratio.toFixed(1);
}

export function micros(value: number | null): string {
  return value === null ? NOTHING : value.toFixed(0);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.01 ? 1 : 0)} %`;
}
