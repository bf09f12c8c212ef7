import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';
import { median } from '#gate/statistics/sample-statistics';
import { LAB_RULE } from '../runner/paired-comparison.js';
import { AXIS_NAMES, type AxisName } from './axes.js';
import type { AddedFigures, CellOutcome } from './cell-figures.js';
import type { DesignAxis } from './design/design-axis.js';

/** Cells that have both the arm they are about and offloop. */
export type ComparedOutcome = CellOutcome & {
  readonly arm: AddedFigures;
  readonly offloop: AddedFigures;
  readonly savedMillis: number;
};

/** What cells with something in common show, taken together. */
export interface Effect {
  readonly cellCount: number;
  /** By the arms the cells are about. */
  readonly arm: AddedMeans;
  readonly offloop: AddedMeans;
  /** What the arm adds to the p99 of the wait for the loop less what offloop adds, above 0 where offloop is the better one. */
  readonly saved: MeanMillis;
  /** Of a request's latency, likewise. */
  readonly savedLatencyP50: MeanMillis;
  readonly savedLatencyP99: MeanMillis;
  /** What a percentile of latency rests on in a cell. */
  readonly requestCounts: { readonly fewest: number; readonly most: number };
  /** Cells in which that is more than the lab's margin. */
  readonly worthCount: number;
  /** Cells in which offloop costs more than that instead. */
  readonly costCount: number;
}

/** A row of a table. */
export interface NamedEffect {
  readonly title: string;
  readonly effect: Effect;
}

export interface MeanMillis {
  readonly meanMillis: number;
  /** Null of fewer than 3 cells. */
  readonly interval: Interval | null;
}

export interface AddedMeans {
  readonly p99Millis: number;
  readonly medianP99Millis: number;
  /** Geometric mean of the arm's p99 over the control's: a main effect on a log scale. Null where one has no ratio. */
  readonly p99Ratio: number | null;
  readonly latencyP50Millis: number;
  readonly latencyP99Millis: number;
  readonly medianLatencyP99Millis: number;
  /** Null where a trial lacks it. */
  readonly cpuMicrosPerRequest: number | null;
  /** Of all threads; likewise. */
  readonly processCpuMicrosPerRequest: number | null;
  readonly residentMebibytes: number;
  /** Of the spans made, from 0 to 1. */
  readonly lostRatio: number;
}

export interface LevelEffect extends Effect {
  readonly level: string;
}

export interface AxisInteraction {
  readonly axis: AxisName;
  /** Of the variance of what offloop saves, by ranks, the share that lies between the axis's levels; from 0 to 1. */
  readonly explainedRatio: number;
  /** What an axis that has nothing to do with it would explain on average. */
  readonly chanceRatio: number;
}

/** Arms of this package, beside which offloop saves nothing by design. */
export function isOwnArm(armName: string): boolean {
  return armName.startsWith('offloop');
}

export function listCompared(outcomes: readonly CellOutcome[]): ComparedOutcome[] {
  return outcomes.filter((outcome): outcome is ComparedOutcome => outcome.savedMillis !== null);
}

/** Those about an arm that is not this package's: a service chooses between one of them and offloop. */
export function listPeers(outcomes: readonly CellOutcome[]): ComparedOutcome[] {
  return listCompared(outcomes).filter(({ levels }) => !isOwnArm(levels.exporter));
}

/** Null of no cells. */
export function describeEffect(cells: readonly ComparedOutcome[]): Effect | null {
  if (cells.length === 0) return null;
  const saved = cells.map(({ savedMillis }) => savedMillis);
  const requestCounts = cells.map(({ requestCount }) => requestCount);
  return {
    cellCount: cells.length,
    arm: average(cells.map(({ arm }) => arm)),
    offloop: average(cells.map(({ offloop }) => offloop)),
    saved: averageMillis(saved),
    savedLatencyP50: averageMillis(cells.map(({ arm, offloop }) => arm.latencyP50Millis - offloop.latencyP50Millis)),
    savedLatencyP99: averageMillis(cells.map(({ arm, offloop }) => arm.latencyP99Millis - offloop.latencyP99Millis)),
    requestCounts: { fewest: Math.min(...requestCounts), most: Math.max(...requestCounts) },
    worthCount: saved.filter((millis) => millis > LAB_RULE.marginMillis).length,
    costCount: saved.filter((millis) => millis < -LAB_RULE.marginMillis).length,
  };
}

/**
 * A main effect: the means of the cells by their level of an axis. The design is balanced, so that the other axes are
 * alike in each of them but for what `listDependences` says.
 */
export function listLevelEffects({ name, levels }: DesignAxis, cells: readonly ComparedOutcome[]): LevelEffect[] {
  return levels.flatMap((level) => {
    const effect = describeEffect(cells.filter((cell) => cell.levels[name as AxisName] === level.name));
    return effect === null ? [] : [{ level: level.name, ...effect }];
  });
}

/**
 * On what it depends how much offloop saves, most first: the interactions of the exporter with each other axis. By ranks,
 * as one cell that saves a second would drown all the others.
 */
export function listInteractions(axes: readonly DesignAxis[], cells: readonly ComparedOutcome[]): AxisInteraction[] {
  const ranks = rank(cells.map(({ savedMillis }) => savedMillis));
  const all = mean(ranks);
  const total = ranks.reduce((sum, value) => sum + (value - all) ** 2, 0);
  return AXIS_NAMES.flatMap((axis) => {
    const levels = axes.find(({ name }) => name === axis)?.levels ?? [];
    const groups = levels
      .map(({ name }) => ranks.filter((_, index) => cells[index]?.levels[axis] === name))
      .filter((group) => group.length > 0);
    if (groups.length < 2 || total === 0) return [];
    const between = groups.reduce((sum, group) => sum + group.length * (mean(group) - all) ** 2, 0);
    return { axis, explainedRatio: between / total, chanceRatio: (groups.length - 1) / (ranks.length - 1) };
  }).sort((a, b) => b.explainedRatio - b.chanceRatio - (a.explainedRatio - a.chanceRatio));
}

export function mean(values: ArrayLike<number>): number {
  return values.length === 0 ? Number.NaN : Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a value a cell. */
export function averageMillis(values: readonly number[]): MeanMillis {
  const interval = bootstrapInterval(values, mean, { confidence: LAB_RULE.confidence });
  return { meanMillis: mean(values), interval };
}

function average(added: readonly AddedFigures[]): AddedMeans {
  const of = (read: (figures: AddedFigures) => number) => mean(added.map(read));
  const sum = (read: (figures: AddedFigures) => number) => added.reduce((total, figures) => total + read(figures), 0);
  return {
    p99Millis: of(({ p99Millis }) => p99Millis),
    medianP99Millis: median(added.map(({ p99Millis }) => p99Millis)),
    p99Ratio: averageRatio(added),
    latencyP50Millis: of(({ latencyP50Millis }) => latencyP50Millis),
    latencyP99Millis: of(({ latencyP99Millis }) => latencyP99Millis),
    medianLatencyP99Millis: median(added.map(({ latencyP99Millis }) => latencyP99Millis)),
    cpuMicrosPerRequest: averageKnown(added.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)),
    processCpuMicrosPerRequest: averageKnown(added.map(({ processCpuMicrosPerRequest }) => processCpuMicrosPerRequest)),
    residentMebibytes: of(({ residentMebibytes }) => residentMebibytes),
    lostRatio:
      sum(({ lostSpanCount }) => lostSpanCount) /
      Math.max(
        1,
        sum(({ madeSpanCount }) => madeSpanCount),
      ),
  };
}

/** Null where one is. */
function averageKnown(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length < values.length ? null : mean(known);
}

function averageRatio(added: readonly AddedFigures[]): number | null {
  const logarithms = added.flatMap(({ p99Ratio }) => (p99Ratio === null ? [] : Math.log(p99Ratio)));
  return logarithms.length < added.length ? null : Math.exp(mean(logarithms));
}

/** From 1, the smallest; equal values share the mean of their ranks. */
function rank(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
