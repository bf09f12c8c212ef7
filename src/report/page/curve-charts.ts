import type { PercentileCurve } from '../chart-data.js';
import {
  chooseHeight,
  color,
  dash,
  data,
  formatMillis,
  formatPercentile,
  formatShare,
  listItem,
  logTicks,
  nameArm,
  plot,
  symbol,
  tip,
} from './marks.js';
import type { Mark, PageElement, PlotLibrary } from './page-globals.js';

declare const Plot: PlotLibrary;

/** What the curves mark: the percentiles that the tables list. */
const MARKED_ONE_IN = [2, 10, 100, 1_000, 10_000];

/** The logarithmic axes begin here: below it a wait is nobody's concern. */
const MIN_MILLIS = 0.1;
export function drawSurvival(curves: readonly PercentileCurve[], width: number): PageElement {
  const points = (curve: PercentileCurve) => curve.points.filter(([, millis]) => millis >= MIN_MILLIS);
  const maxMillis = Math.max(1, ...curves.flatMap(points).map(([, millis]) => millis));
  return plot(width, chooseHeight(width), {
    marginLeft: 60,
    x: { type: 'log', domain: [MIN_MILLIS, maxMillis * 1.2], ...logTicks(MIN_MILLIS, maxMillis), label: 'wait, ms →' },
    y: {
      type: 'log',
      domain: [1e-5, 1],
      ...logTicks(1e-5, 1),
      tickFormat: formatShare,
      label: '↑ share that waits longer',
    },
    marks: [
      ...curves.flatMap((curve) =>
        drawCurve(
          curve.arm,
          points(curve),
          ([, millis]) => millis,
          ([oneIn]) => 1 / oneIn,
        ),
      ),
      tip(
        curves.flatMap((curve) =>
          points(curve).map(([oneIn, millis]) => ({
            x: millis,
            y: 1 / oneIn,
            title: `${nameArm(curve.arm)}\n${formatShare(1 / oneIn)} wait longer than ${formatMillis(millis)} ms`,
          })),
        ),
      ),
    ],
  });
}

/** The axis of HDR histograms: every decade of rarity as wide as the one before. */
export function drawPercentiles(curves: readonly PercentileCurve[], width: number): PageElement {
  const all = curves.flatMap(({ points }) => points);
  const maxOneIn = Math.max(10, ...all.map(([oneIn]) => oneIn));
  const ticks = [2, 10, 100, 1_000, 10_000, 100_000].filter((oneIn) => oneIn <= maxOneIn);
  return plot(width, chooseHeight(width), {
    marginLeft: 60,
    x: { type: 'log', domain: [1, maxOneIn], ticks, tickFormat: formatPercentile, grid: true, label: 'percentile →' },
    y: {
      domain: [0, Math.max(1, ...all.map(([, millis]) => millis))],
      nice: true,
      ticks: 6,
      grid: true,
      label: '↑ ms',
    },
    marks: [
      ...curves.flatMap((curve) =>
        drawCurve(
          curve.arm,
          curve.points,
          ([oneIn]) => oneIn,
          ([, millis]) => millis,
        ),
      ),
      tip(
        curves.flatMap(({ arm, points }) =>
          points.map(([oneIn, millis]) => ({
            x: oneIn,
            y: millis,
            title: `${nameArm(arm)}\np${formatPercentile(oneIn)}: ${formatMillis(millis)} ms`,
          })),
        ),
      ),
    ],
  });
}

type Point = PercentileCurve['points'][number];

function drawCurve(
  arm: number,
  points: readonly Point[],
  x: (point: Point) => number,
  y: (point: Point) => number,
): Mark[] {
  const marked = points.filter(([oneIn]) => MARKED_ONE_IN.includes(oneIn));
  return [
    Plot.line(points, {
      x,
      y,
      clip: true,
      stroke: color(arm),
      strokeWidth: 2,
      strokeDasharray: dash(arm),
    }),
    Plot.dot(marked, { x, y, fill: color(arm), symbol: symbol(arm), r: 4 }),
  ];
}

export function drawArmLegend(): PageElement[] {
  return data.armNames.map((name, arm) => {
    const line = Plot.plot({
      width: 36,
      height: 14,
      margin: 2,
      axis: null,
      x: { domain: [0, 2] },
      y: { domain: [0, 1] },
      marks: drawCurve(
        arm,
        [
          [0, 0.5],
          [2, 0.5],
        ],
        ([x]) => x,
        ([, y]) => y,
      )
        .slice(0, 1)
        .concat(Plot.dot([1], { x: 1, y: 0.5, fill: color(arm), symbol: symbol(arm), r: 4 })),
    });
    return listItem(line, name);
  });
}
