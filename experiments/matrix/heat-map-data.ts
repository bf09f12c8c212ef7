import { AXIS_NAMES, AXIS_TITLES } from './axes.js';
import type { AddedFigures, CellOutcome } from './cell-figures.js';
import { isOwnArm } from './effects.js';
import type { MatrixRun } from './matrix-record.js';

/** What the page draws, small enough to lie in it. */
export interface HeatMapData {
  readonly axes: readonly HeatMapAxis[];
  readonly quantities: readonly HeatMapQuantity[];
  readonly points: readonly HeatMapPoint[];
}

export interface HeatMapAxis {
  readonly name: string;
  readonly title: string;
  /** In the order in which they are shown. */
  readonly levels: readonly string[];
}

export interface HeatMapQuantity {
  readonly name: string;
  readonly title: string;
  readonly unit: 'ms' | 'µs';
  /** Where one color ends and the next begins, ascending. */
  readonly steps: readonly number[];
}

/** An arm in one cell of the matrix: the one the cell is about, or offloop beside it. */
export interface HeatMapPoint {
  /** From 0. */
  readonly cell: number;
  /** By the name of the axis; the exporter's is the arm itself. */
  readonly levels: Readonly<Record<string, string>>;
  /** By the name of the quantity; null where it was not measured or makes no sense. */
  readonly values: Readonly<Record<string, number | null>>;
}

const MILLIS_STEPS = [1, 3, 10, 30, 100];
const MICROS_STEPS = [30, 100, 300, 1_000, 3_000];

export const QUANTITIES = [
  { name: 'wait', title: 'added to the p99 of the wait for the loop', unit: 'ms', steps: MILLIS_STEPS },
  { name: 'saved', title: 'what offloop would save of it', unit: 'ms', steps: MILLIS_STEPS },
  { name: 'p50', title: 'added to the p50 of latency', unit: 'ms', steps: MILLIS_STEPS },
  { name: 'saved p50', title: 'what offloop would save of the p50 of latency', unit: 'ms', steps: MILLIS_STEPS },
  { name: 'p99', title: 'added to the p99 of latency', unit: 'ms', steps: MILLIS_STEPS },
  { name: 'saved p99', title: 'what offloop would save of the p99 of latency', unit: 'ms', steps: MILLIS_STEPS },
  { name: 'cpu', title: 'main-thread CPU added to a request', unit: 'µs', steps: MICROS_STEPS },
] as const satisfies readonly HeatMapQuantity[];

type QuantityName = (typeof QUANTITIES)[number]['name'];

/** Each cell once for its own arm and once for offloop, where their trials may be counted. */
export function listHeatMapData(run: Pick<MatrixRun, 'matrix'>, outcomes: readonly CellOutcome[]): HeatMapData {
  const axes = AXIS_NAMES.map((name) => {
    const levels = run.matrix.axes.find((axis) => axis.name === name)?.levels.map((level) => level.name) ?? [];
    return { name, title: AXIS_TITLES[name], levels: name === 'exporter' ? ['offloop', ...levels] : levels };
  });
  const points = outcomes.flatMap((outcome) => [
    ...describePoint(outcome, outcome.arm, isOwnArm(outcome.levels.exporter) ? null : outcome.offloop),
    ...describePoint(outcome, outcome.offloop, null),
  ]);
  return { axes, quantities: QUANTITIES, points };
}

/** @param beside what offloop adds in the same cell; null where it would save nothing by design. */
function describePoint(
  { index, levels }: CellOutcome,
  added: AddedFigures | null,
  beside: AddedFigures | null,
): HeatMapPoint[] {
  if (added === null) return [];
  const save = (read: (figures: AddedFigures) => number) =>
    beside === null ? null : round(read(added) - read(beside));
  const values: Record<QuantityName, number | null> = {
    wait: round(added.p99Millis),
    saved: save(({ p99Millis }) => p99Millis),
    p50: round(added.latencyP50Millis),
    'saved p50': save(({ latencyP50Millis }) => latencyP50Millis),
    p99: round(added.latencyP99Millis),
    'saved p99': save(({ latencyP99Millis }) => latencyP99Millis),
    cpu: added.cpuMicrosPerRequest === null ? null : Math.round(added.cpuMicrosPerRequest),
  };
  return [{ cell: index, levels: { ...levels, exporter: added.armName }, values }];
}

function round(millis: number): number {
  return Number(millis.toFixed(2));
}
