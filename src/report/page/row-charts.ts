import type { CpuShare, DifferenceChart, Timeline } from '../chart-data.js';
import { color, data, drawSwatch, formatDifference, formatMillis, nameArm, plot, symbol, tip, title } from './marks.js';
import type { PageElement, PlotLibrary } from './page-globals.js';

declare const Plot: PlotLibrary;

export function drawTimeline(timeline: Timeline | undefined, width: number): PageElement {
  const rows = timeline?.rows ?? [];
  const blocks = rows.flatMap(({ arm, blocks }) =>
    blocks.map(([seconds, millis]) => ({ arm, seconds, millis, end: seconds + millis / 1_000 })),
  );
  const exports = rows.flatMap(({ arm, exports }) =>
    (exports ?? []).map(([seconds, wireByteLength]) => ({ arm, seconds, wireByteLength })),
  );
  const maxMillis = Math.max(1, ...blocks.map(({ millis }) => millis));
  const isRecorded = rows.some((row) => row.exports !== null);
  const titles = rows.map(({ arm, exports }) => ({
    arm,
    text: exports === null && isRecorded ? `${nameArm(arm)} (exports not recorded)` : nameArm(arm),
  }));
  const facet = { fy: 'arm' };
  return plot(width, rows.length * 120 + 40, {
    marginTop: 24,
    fy: { axis: null, domain: rows.map(({ arm }) => arm), padding: 0.3 },
    x: {
      domain: [0, Math.max(...rows.map(({ durationSeconds }) => durationSeconds))],
      label: 'seconds into the trial →',
    },
    y: {
      domain: [0, maxMillis * 1.1],
      ticks: 3,
      grid: true,
      label: null,
      tickFormat: (millis: number) => `${millis} ms`,
    },
    marginLeft: 52,
    marks: [
      Plot.ruleX(exports, {
        ...facet,
        x: 'seconds',
        stroke: 'var(--faint)',
        strokeDasharray: '2 3',
        strokeOpacity: 0.6,
      }),
      Plot.dot(exports, {
        ...facet,
        x: 'seconds',
        frameAnchor: 'top',
        symbol: 'triangle',
        rotate: 180,
        r: 4,
        fill: 'var(--faint)',
      }),
      Plot.rect(blocks, {
        ...facet,
        x1: 'seconds',
        x2: 'end',
        y1: () => 0,
        y2: 'millis',
        fill: ({ arm }: { arm: number }) => color(arm),
        stroke: ({ arm }: { arm: number }) => color(arm),
        clip: true,
      }),
      Plot.ruleY(titles, { ...facet, y: () => 0 }),
      Plot.text(titles, { ...facet, ...title(width), frameAnchor: 'top-left', dy: -20, text: 'text' }),
      tip(
        blocks.map(({ arm, seconds, millis }) => ({
          arm,
          x: seconds,
          y: millis,
          title: `${formatMillis(millis)} ms at ${seconds.toFixed(2)} s`,
        })),
        facet,
      ),
    ],
  });
}

/** Each comparison has four lines: its name, its figures, its interval and its blocks. */
export function drawDifferences(chart: DifferenceChart | undefined, width: number): PageElement {
  const rows = (chart?.comparisons ?? []).map((comparison, row) => {
    const arm = data.armNames.indexOf(comparison.armName);
    return { ...comparison, row, color: color(arm), symbol: symbol(arm) };
  });
  const facet = { fy: 'row' };
  const blocks = rows.flatMap(({ differences, ...row }) => differences.map(({ millis }) => ({ ...row, millis })));
  const intervals = rows.flatMap(({ interval, ...row }) => (interval === null ? [] : [{ ...row, ...interval }]));
  return plot(width, rows.length * 84 + 44, {
    marginLeft: 8,
    fy: { axis: null, padding: 0.1 },
    x: { label: 'ms →', grid: true, nice: true, ticks: Math.max(3, width / 90) },
    y: { axis: null, domain: ['name', 'figures', 'interval', 'blocks'] },
    marks: [
      Plot.ruleX([0]),
      Plot.text(rows, { ...facet, ...title(width), y: () => 'name', frameAnchor: 'left', text: nameComparison }),
      Plot.text(rows, {
        ...facet,
        ...title(width),
        fontWeight: 400,
        y: () => 'figures',
        frameAnchor: 'left',
        text: describeComparison,
      }),
      Plot.ruleY(intervals, {
        ...facet,
        y: () => 'interval',
        x1: 'lowMillis',
        x2: 'highMillis',
        stroke: 'color',
        strokeWidth: 4,
      }),
      Plot.dot(rows, {
        ...facet,
        y: () => 'interval',
        x: 'estimateMillis',
        fill: 'color',
        symbol: 'symbol',
        stroke: 'var(--paper)',
        r: 7,
      }),
      Plot.dot(blocks, { ...facet, y: () => 'blocks', x: 'millis', stroke: 'color', symbol: 'symbol', r: 3 }),
    ],
  });
}

function nameComparison({ armName, baselineName }: DifferenceChart['comparisons'][number]): string {
  return `${armName} − ${baselineName}`;
}

function describeComparison({ estimateMillis, interval, decision }: DifferenceChart['comparisons'][number]): string {
  const range =
    interval === null ? '' : `, ${formatDifference(interval.lowMillis)} to ${formatDifference(interval.highMillis)}`;
  return `${formatDifference(estimateMillis)} ms${range}${decision === null ? '' : ` (${decision})`}`;
}

const CPU_PARTS = [
  { key: 'mainThread', split: 'threads', name: 'main thread', color: 'var(--main-thread)' },
  { key: 'otherThreads', split: 'threads', name: 'other threads', color: 'var(--other-threads)' },
  { key: 'user', split: 'modes', name: 'user', color: 'var(--user)' },
  { key: 'kernel', split: 'modes', name: 'kernel', color: 'var(--kernel)' },
] as const;

export function drawCpu(shares: readonly CpuShare[], width: number): PageElement {
  const parts = shares.flatMap((share) =>
    CPU_PARTS.flatMap(({ key, ...part }) => {
      const millis = share[key];
      return millis === null ? [] : [{ ...part, arm: share.arm, millis }];
    }),
  );
  const facet = { fy: 'arm' };
  return plot(width, shares.length * 66 + 44, {
    marginLeft: 8,
    fy: { axis: null, padding: 0.1 },
    x: { label: 'ms of CPU a second →', grid: true, ticks: Math.max(3, width / 90) },
    y: { axis: null, domain: ['name', 'threads', 'modes'] },
    marks: [
      Plot.barX(parts, {
        ...facet,
        y: 'split',
        x: 'millis',
        z: 'name',
        order: null,
        fill: 'color',
        insetTop: 1,
        insetBottom: 1,
        tip: true,
        title: ({ name, millis }: { name: string; millis: number }) => `${name}: ${formatMillis(millis)} ms/s`,
      }),
      Plot.text(shares, {
        ...facet,
        ...title(width),
        y: () => 'name',
        frameAnchor: 'left',
        text: ({ arm }: CpuShare) => nameArm(arm),
      }),
    ],
  });
}

export function drawCpuLegend(): PageElement[] {
  return CPU_PARTS.map(({ name, color }) => drawSwatch(name, color));
}
