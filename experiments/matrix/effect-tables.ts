import type { ComparisonTable } from '../report/comparison.js';
import { AXIS_TITLES, type AxisName } from './axes.js';
import { readWorkload } from './cell.js';
import { type Choice, listChoiceEffects } from './choices.js';
import type { DesignAxis } from './design/design-axis.js';
import {
  type ComparedOutcome,
  type Effect,
  isOwnArm,
  listInteractions,
  listLevelEffects,
  type MeanMillis,
  type NamedEffect,
} from './effects.js';

/** In a table, in the place of a figure that there is none of. */
export const NOTHING = '-';

/** What each way to export adds, over the cells that are about it, and offloop in the same cells. */
export function tabulateExporters(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'By arm: added to the control, means over its cells',
    head: ['arm', 'cells', 'wait', 'times', 'CPU µs', 'lost', 'offloop', 'times', 'CPU µs', 'saved', 'interval'],
    rows: listLevelEffects(findAxis(axes, 'exporter'), cells).map(({ level, cellCount, arm, offloop, saved }) => [
      level,
      String(cellCount),
      millis(arm.p99Millis),
      times(arm.p99Ratio),
      micros(arm.cpuMicrosPerRequest),
      percent(arm.lostRatio),
      millis(offloop.p99Millis),
      times(offloop.p99Ratio),
      micros(offloop.cpuMicrosPerRequest),
      ...(isOwnArm(level) ? [NOTHING, NOTHING] : describeSaved(saved)),
    ]),
  };
}

/** The main effects of the other axes, on the arms that are not this package's and on offloop. */
export function tabulateLevels(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): ComparisonTable {
  return {
    title: 'By level: added to the control by the other arms, and by offloop',
    head: nameColumns('level'),
    rows: listOtherLevels(axes, cells).map(({ title, effect }) => [title, ...describeCells(effect)]),
  };
}

/** The levels of every axis but the arms', each with its cells; the kinds of a payload with those that carry one. */
export function listOtherLevels(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): NamedEffect[] {
  return axes
    .filter(({ name }) => name !== 'exporter')
    .flatMap((axis) =>
      listLevelEffects(axis, axis.name === 'kind' ? cells.filter(carriesPayload) : cells).map(
        ({ level, ...effect }) => ({ title: `${AXIS_TITLES[axis.name as AxisName]}: ${level}`, effect }),
      ),
    );
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
    ...describeSaved(saved),
    `${worthCount} of ${cellCount}`,
    `${costCount} of ${cellCount}`,
  ];
}

/** In two cells: the mean, and its interval. */
export function describeSaved({ meanMillis, interval }: MeanMillis): [mean: string, interval: string] {
  return [millis(meanMillis), interval === null ? NOTHING : `${millis(interval.low)} to ${millis(interval.high)}`];
}

/** `1.8 [0.2, 3.8]`. */
export function describeMean({ meanMillis, interval }: MeanMillis): string {
  const mean = millis(meanMillis);
  return interval === null ? mean : `${mean} [${millis(interval.low)}, ${millis(interval.high)}]`;
}

/** The kind of a payload matters to them only. */
export function carriesPayload({ levels }: ComparedOutcome): boolean {
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
