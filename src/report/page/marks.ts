// Inlined into the page before every script that uses it; see html-report.ts.
import type { ChartData } from '../chart-data.js';
import type { Mark, MarkOptions, Page, PageElement, PlotLibrary } from './page-globals.js';

declare const document: Page;
declare const Plot: PlotLibrary;

const COLOR_COUNT = 8;
/** Five and seven: the two repeat together only after 35 arms. */
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '14 4'];
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'];

const FONT_SIZE = 12;

export const data = JSON.parse(document.getElementById('chart-data')?.textContent ?? '') as ChartData;

export function plot(width: number, height: number, options: MarkOptions & { marks: readonly Mark[] }): PageElement {
  return Plot.plot({
    width,
    height,
    marginRight: 24,
    marginBottom: 40,
    ...options,
    style: { fontSize: `${FONT_SIZE}px`, fontFamily: 'inherit' },
  });
}

/** Shows what is under the pointer or the finger. */
export function tip(points: readonly { x: number; y: number; title: string }[], options: MarkOptions = {}): Mark {
  return Plot.tip(points, Plot.pointer({ ...options, x: 'x', y: 'y', title: 'title' }));
}

/** A line of text over the whole width, cut where it is longer. */
export function title(width: number): MarkOptions {
  return {
    textAnchor: 'start',
    fontWeight: 600,
    textOverflow: 'ellipsis',
    stroke: 'var(--paper)',
    fill: 'var(--ink)',
    strokeWidth: 6,
    lineWidth: (width - 60) / FONT_SIZE,
  };
}

export function drawSwatch(name: string, background: string): PageElement {
  const swatch = document.createElement('span');
  swatch.className = 'swatch';
  swatch.style.setProperty('background', background);
  return listItem(swatch, name);
}

export function listItem(sign: PageElement, name: string): PageElement {
  const item = document.createElement('li');
  const text = document.createElement('span');
  text.textContent = name;
  item.append(sign, text);
  return item;
}

export function color(arm: number): string {
  return `var(--arm-${arm % COLOR_COUNT})`;
}

export function dash(arm: number): string {
  return DASHES[arm % DASHES.length] ?? 'none';
}

export function symbol(arm: number): string {
  return SYMBOLS[arm % SYMBOLS.length] ?? 'circle';
}

export function nameArm(arm: number): string {
  return data.armNames[arm] ?? '';
}

export function chooseHeight(width: number): number {
  return Math.min(400, Math.max(260, width * 0.55));
}

/** Whole decades where there are two, else 1, 2 and 5 of each: Plot would label every one of nine. */
export function logTicks(min: number, max: number): MarkOptions {
  const first = Math.floor(Math.log10(min));
  const decades = Array.from({ length: Math.ceil(Math.log10(max)) - first + 1 }, (_, index) => first + index);
  const steps = Math.log10(max / min) >= 2 ? [1] : [1, 2, 5];
  const ticks = decades.flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)));
  return { ticks: ticks.filter((tick) => tick >= min && tick <= max * 1.0001), tickFormat: String, grid: true };
}

export function formatPercentile(oneIn: number): string {
  return String(Number((100 - 100 / oneIn).toPrecision(6)));
}

export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

export function formatMillis(millis: number): string {
  return millis.toFixed(millis < 1 ? 2 : millis < 100 ? 1 : 0);
}

export function formatDifference(millis: number): string {
  return `${millis < 0 ? '−' : '+'}${formatMillis(Math.abs(millis))}`;
}
