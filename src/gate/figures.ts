import type { DelayDistribution } from '../loop-delay/delay-distribution.js';
import type { LoopDelaySnapshot } from '../loop-delay/loop-delay-snapshot.js';
import { formatMillis } from '../report/format-figure.js';

interface FigureDescription {
  readonly label: string;
  /** As it stands behind the label; nothing for a fraction, which is shown as a percentage. */
  readonly unit: string;
}

/** What can be gated on, most telling first. The name of each says its unit; utilization is a fraction from 0 to 1. */
export const FIGURES = {
  arrivalWeightedP99Millis: { label: 'arrival-weighted p99', unit: 'ms' },
  rawP99Millis: { label: 'raw p99', unit: 'ms' },
  longestBlockMillis: { label: 'longest block', unit: 'ms' },
  utilization: { label: 'loop utilization', unit: '%' },
  mainThreadCpuMillisPerSecond: { label: 'main-thread CPU', unit: 'ms/s' },
  latencyP99Millis: { label: 'latency p99', unit: 'ms' },
} as const satisfies Record<string, FigureDescription>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** Of one trial; null where the system or the load does not tell. */
export type Figures = Readonly<Record<FigureName, number | null>>;

/** @param latency of the requests; null where the load is the user's own. */
export function readFigures(snapshot: LoopDelaySnapshot, latency: DelayDistribution | null): Figures {
  const { arrivalWeighted, raw, utilization, mainThreadCpuMillis, durationMillis } = snapshot;
  return {
    arrivalWeightedP99Millis: toKnown(arrivalWeighted.percentileMillis(99)),
    rawP99Millis: toKnown(raw.percentileMillis(99)),
    longestBlockMillis: toKnown(arrivalWeighted.maxMillis),
    utilization,
    mainThreadCpuMillisPerSecond: mainThreadCpuMillis === null ? null : mainThreadCpuMillis / (durationMillis / 1_000),
    latencyP99Millis: latency === null ? null : toKnown(latency.percentileMillis(99)),
  };
}

/** Without its unit, which stands in the head of a column or behind the label. */
export function formatFigure(figure: FigureName, value: number): string {
  const { unit } = FIGURES[figure];
  if (Number.isNaN(value)) return '-';
  return unit === '%' ? (value * 100).toFixed(1) : formatMillis(value);
}

/** With its sign, so that a column of them can be read down. */
export function formatChange(figure: FigureName, value: number): string {
  if (Number.isNaN(value)) return '-';
  return `${value < 0 ? '-' : '+'}${formatFigure(figure, Math.abs(value))}`;
}

export function nameFigure(figure: FigureName): string {
  const { label, unit } = FIGURES[figure];
  return `${label}, ${unit}`;
}

function toKnown(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
