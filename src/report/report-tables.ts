import type { DelayCurve } from '../loop-delay/delay-curve.js';
import { DelayDistribution } from '../loop-delay/delay-distribution.js';
import {
  type ChartData,
  type DifferenceChart,
  MARKED_ONE_IN,
  mergeArrivalWeighted,
  mergeLatency,
  mergeRaw,
  type TimelineRow,
} from './chart-data.js';
import { formatCount, formatMillis, formatPercent } from './format-figure.js';
import { type Html, html } from './html-text.js';
import type { ReportArm } from './report-document.js';

/** Delays that people ask for; those past every arm's longest block are left out of the table. */
const ASKED_DELAYS_MILLIS = [1, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000];

/** In one cell of the timeline's table. */
const LISTED_MOMENT_COUNT = 5;

export function writeOverviewTable(arms: readonly ReportArm[], { cpu }: ChartData): Html {
  const head = [
    '',
    'wait p99, ms',
    'longest block, ms',
    'latency p99, ms',
    'loop used',
    'main thread CPU, ms/s',
    'trials',
  ];
  const rows = arms.map((arm, index) => {
    const arrivalWeighted = mergeArrivalWeighted(arm);
    const mainThread = cpu[index]?.mainThread ?? null;
    return [
      arm.name,
      formatMillis(arrivalWeighted.percentileMillis(99)),
      formatMillis(arrivalWeighted.maxMillis),
      formatMillis(mergeLatency(arm)?.percentileMillis(99) ?? Number.NaN),
      formatPercent(readUtilization(arm)),
      formatCpu(mainThread),
      formatCount(arm.trials.length),
    ];
  });
  return writeTable(head, rows);
}

export function writeSurvivalTable(arms: readonly ReportArm[]): Html {
  const curves = arms.map(mergeArrivalWeighted);
  const longestMillis = Math.max(...curves.map(({ maxMillis }) => maxMillis));
  const delays = ASKED_DELAYS_MILLIS.filter((delayMillis) => delayMillis < longestMillis);
  return writeTable(
    ['waits longer than', ...delays.map((delayMillis) => `${formatCount(delayMillis)} ms`)],
    arms.map(({ name }, index) => [
      name,
      ...delays.map((delayMillis) => formatShare(curves[index]?.fractionAbove(delayMillis) ?? Number.NaN)),
    ]),
  );
}

export function writeArrivalWeightedTable(arms: readonly ReportArm[]): Html {
  return writePercentileTable(arms, mergeArrivalWeighted);
}

export function writeRawTable(arms: readonly ReportArm[]): Html {
  return writePercentileTable(arms, mergeRaw);
}

export function writeLatencyTable(arms: readonly ReportArm[]): Html {
  return writePercentileTable(arms, mergeLatency);
}

export function writeTimelineTable({ timelines, armNames }: ChartData): Html {
  return writeTable(
    ['trial', 'longest blocks', 'export requests received'],
    timelines.flatMap(({ label, rows }) =>
      rows.map((row) => [`${label}, ${armNames[row.arm] ?? ''}`, listBlocks(row), listExports(row)]),
    ),
  );
}

export function writeDifferenceTable({ comparisons }: DifferenceChart): Html {
  return writeTable(
    ['', 'difference, ms', 'interval, ms', 'decision', 'method', 'by block, ms'],
    comparisons.map(({ armName, baselineName, estimateMillis, interval, decision, method, differences }) => [
      `${armName} − ${baselineName}`,
      formatDifference(estimateMillis),
      interval === null ? '-' : `${formatDifference(interval.lowMillis)} to ${formatDifference(interval.highMillis)}`,
      decision ?? '-',
      method,
      differences.map(({ millis }) => formatDifference(millis)).join(', '),
    ]),
  );
}

export function writeCpuTable({ armNames, cpu }: ChartData): Html {
  return writeTable(
    ['ms CPU/s', 'main thread', 'other threads', 'user, all threads', 'kernel, all threads'],
    cpu.map(({ arm, mainThread, otherThreads, user, kernel }) => [
      armNames[arm] ?? '',
      ...[mainThread, otherThreads, user, kernel].map(formatCpu),
    ]),
  );
}

/** With its sign, so that a column of them can be read down. */
function formatDifference(millis: number): string {
  if (Number.isNaN(millis)) return '-';
  return `${millis < 0 ? '−' : '+'}${formatMillis(Math.abs(millis))}`;
}

function writePercentileTable(arms: readonly ReportArm[], choose: (arm: ReportArm) => DelayCurve | null): Html {
  return writeTable(
    ['ms', ...MARKED_ONE_IN.map((oneIn) => `p${100 - 100 / oneIn}`), 'longest'],
    arms.map((arm) => {
      const curve = choose(arm);
      const percentiles = MARKED_ONE_IN.map((oneIn) => readPercentile(curve, oneIn));
      return [arm.name, ...percentiles.map(formatMillis), formatMillis(curve?.maxMillis ?? Number.NaN)];
    }),
  );
}

/** Of a finite number of samples nothing rarer than one of them can be told. */
function readPercentile(curve: DelayCurve | null, oneIn: number): number {
  if (curve === null || (curve instanceof DelayDistribution && curve.sampleCount < oneIn)) return Number.NaN;
  return curve.percentileMillis(100 - 100 / oneIn);
}

function readUtilization({ trials }: ReportArm): number {
  const activeMillis = trials.reduce((sum, { loopDelay: { utilization, durationMillis } }) => {
    return sum + utilization * durationMillis;
  }, 0);
  return activeMillis / trials.reduce((sum, { loopDelay }) => sum + loopDelay.durationMillis, 0);
}

function listBlocks({ blocks }: TimelineRow): string {
  const listed = blocks.slice(0, LISTED_MOMENT_COUNT);
  return listed.map(([seconds, millis]) => `${formatMillis(millis)} ms at ${seconds.toFixed(2)} s`).join(', ');
}

function listExports({ exports }: TimelineRow): string {
  if (exports === null) return 'not recorded';
  if (exports.length === 0) return 'none';
  const byteLength = exports.reduce((sum, [, wireByteLength]) => sum + wireByteLength, 0);
  const moments = exports.slice(0, LISTED_MOMENT_COUNT).map(([seconds]) => `${seconds.toFixed(2)} s`);
  const rest = exports.length > moments.length ? ', …' : '';
  return `${formatCount(exports.length)}, ${formatCount(Math.round(byteLength / 1_000))} kB: at ${moments.join(', ')}${rest}`;
}

/** Shares go down to one in 100,000, where a decimal of a percent says nothing. */
function formatShare(fraction: number): string {
  if (Number.isNaN(fraction)) return '-';
  if (fraction === 0) return '0 %';
  return fraction < 1e-5 ? '<0.001 %' : `${Number((fraction * 100).toPrecision(2))} %`;
}

function formatCpu(millisPerSecond: number | null): string {
  return millisPerSecond === null ? '-' : millisPerSecond.toFixed(millisPerSecond < 9.95 ? 1 : 0);
}

/** Scrolls within itself where the screen is narrow; focusable, or a keyboard could not scroll it. */
function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="table" tabindex="0"><table>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(([name = '', ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map(writeCell)}</tr>`)}
</tbody>
</table></div>`;
}

/** Past this a cell holds words or a list, which wrap and align to the left. */
const MAX_FIGURE_LENGTH = 24;

function writeCell(text: string): Html {
  return text.length > MAX_FIGURE_LENGTH ? html`<td class="text">${text}</td>` : html`<td>${text}</td>`;
}
