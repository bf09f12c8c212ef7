// Inlined into the page before the script that uses it; see heat-map-page.ts.
import type { HeatMapData, HeatMapPoint, HeatMapQuantity } from '../heat-map-data.js';
import type { HeatMapDocument, HeatMapElement, HeatMapPlot } from './page-globals.js';

declare const document: HeatMapDocument;
declare const Plot: HeatMapPlot;

/** What the reader chose to see. */
export interface HeatMapChoice {
  readonly quantity: HeatMapQuantity;
  /** Names of axes. */
  readonly rows: string;
  readonly columns: string;
  /** Rows with the largest mean come first, not the axis's own order. */
  readonly isMostFirst: boolean;
}

interface Field {
  readonly row: string;
  readonly column: string;
  readonly mean: number;
  readonly count: number;
}

const ROW_HEIGHT = 38;
const NAME_HEIGHT = 18;
const MARGIN = 8;
const FONT_SIZE = 12;
const CHARACTER_WIDTH = 6.6;
const NARROW_WIDTH = 560;

export function drawHeatMap(
  points: readonly HeatMapPoint[],
  axes: HeatMapData['axes'],
  { quantity, rows, columns, isMostFirst }: HeatMapChoice,
  width: number,
): HeatMapElement {
  const values = points.flatMap(({ levels, values: own }) => {
    const value = own[quantity.name] ?? null;
    return value === null ? [] : [{ row: levels[rows] ?? '', column: levels[columns] ?? '', value }];
  });
  const listLevels = (axis: string, used: ReadonlySet<string>) =>
    (axes.find(({ name }) => name === axis)?.levels ?? []).filter((level) => used.has(level));
  const columnLevels = listLevels(columns, new Set(values.map(({ column }) => column)));
  const rowLevels = listLevels(rows, new Set(values.map(({ row }) => row)));
  const meanOf = (own: readonly { readonly value: number }[]) =>
    own.reduce((sum, { value }) => sum + value, 0) / own.length;
  if (isMostFirst) {
    const meanOfRow = (row: string) => meanOf(values.filter((value) => value.row === row));
    rowLevels.sort((a, b) => meanOfRow(b) - meanOfRow(a));
  }
  const fields: Field[] = rowLevels.flatMap((row) =>
    columnLevels.flatMap((column) => {
      const own = values.filter((value) => value.row === row && value.column === column);
      return own.length === 0 ? [] : [{ row, column, mean: meanOf(own), count: own.length }];
    }),
  );
  const shape = chooseShape(rowLevels, columnLevels, width);
  const place = { x: 'column', y: 'row' };
  const ink = ({ mean }: Field) => `var(--heat-ink-${heatOf(mean, quantity)})`;
  const { insetTop } = shape;
  return Plot.plot({
    width,
    height: rowLevels.length * (ROW_HEIGHT + insetTop) + shape.marginTop + MARGIN,
    marginTop: shape.marginTop,
    marginBottom: MARGIN,
    marginRight: 0,
    marginLeft: shape.marginLeft,
    x: { type: 'band', domain: columnLevels, axis: null, padding: 0 },
    y: { type: 'band', domain: rowLevels, axis: null, padding: 0 },
    style: { fontSize: `${FONT_SIZE}px`, fontFamily: 'inherit' },
    marks: [
      Plot.axisX({
        anchor: 'top',
        label: null,
        tickSize: 0,
        tickRotate: shape.isTurned ? -90 : 0,
        ...(shape.isTurned ? {} : { lineWidth: shape.columnWidth / FONT_SIZE }),
      }),
      Plot.text(rowLevels, {
        y: (level: string) => level,
        text: (level: string) => level,
        frameAnchor: 'left',
        textAnchor: insetTop > 0 ? 'start' : 'end',
        dx: insetTop > 0 ? 0 : -8,
        dy: insetTop > 0 ? -ROW_HEIGHT / 2 : 0,
        fill: 'var(--ink)',
      }),
      Plot.cell(fields, {
        ...place,
        inset: 1,
        insetTop: insetTop + 1,
        fill: ({ mean }: Field) => `var(--heat-${heatOf(mean, quantity)})`,
        title: ({ row, column, mean, count }: Field) =>
          `${row}, ${column}: ${formatValue(mean, quantity)} ${quantity.unit}, mean of ${count}`,
      }),
      Plot.text(fields, {
        ...place,
        dy: insetTop / 2 - 6,
        fill: ink,
        text: ({ mean }: Field) => formatValue(mean, quantity),
      }),
      Plot.text(fields, {
        ...place,
        dy: insetTop / 2 + 8,
        fontSize: 10,
        fill: ink,
        text: ({ count }: Field) => `of ${count}`,
      }),
    ],
  });
}

/** On a narrow screen a row's name stands above its fields, and names of columns that no line is wide enough for are turned. */
function chooseShape(rowLevels: readonly string[], columnLevels: readonly string[], width: number) {
  const isNarrow = width < NARROW_WIDTH;
  const marginLeft = isNarrow ? 0 : measureText(rowLevels) + 12;
  const columnWidth = (width - marginLeft) / Math.max(1, columnLevels.length);
  const isTurned = measureText(columnLevels.flatMap((level) => level.split(' '))) > columnWidth;
  return {
    marginLeft,
    columnWidth,
    isTurned,
    marginTop: isTurned ? measureText(columnLevels) + 12 : 44,
    insetTop: isNarrow ? NAME_HEIGHT : 0,
  };
}

/** About, of the widest. */
function measureText(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length)) * CHARACTER_WIDTH;
}

export function drawHeatLegend({ steps, unit }: HeatMapQuantity): HeatMapElement[] {
  return Array.from({ length: steps.length + 1 }, (_, heat) => {
    const item = document.createElement('li');
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.setProperty('background', `var(--heat-${heat})`);
    const text = document.createElement('span');
    const [from, to] = [steps[heat - 1], steps[heat]];
    text.textContent =
      from === undefined ? `below ${to} ${unit}` : to === undefined ? `${from} ${unit} and more` : `${from} to ${to}`;
    item.append(swatch, text);
    return item;
  });
}

/** From 0, the coldest. */
function heatOf(value: number, { steps }: HeatMapQuantity): number {
  return steps.filter((step) => value >= step).length;
}

function formatValue(value: number, { unit }: HeatMapQuantity): string {
  return unit === 'ms' && Math.abs(value) < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
