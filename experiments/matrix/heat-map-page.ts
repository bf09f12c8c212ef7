import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeHtmlPage } from '#report/html-page';
import { type Html, html } from '#report/html-text';
import { listOutcomes } from './cell-figures.js';
import { type HeatMapAxis, type HeatMapData, type HeatMapPoint, listHeatMapData } from './heat-map-data.js';
import type { MatrixRun } from './matrix-record.js';
import { concludeMatrix, describeDesign, listNotes } from './matrix-report.js';

const SCRIPTS = ['./page/heat-map.js', './page/draw-page.js'];

/** From cold to hot in six steps, the same on a light and on a dark page; the first is the page's own. */
const STYLE = `
:root {
  --heat-0: #e8eef2; --heat-1: #fee391; --heat-2: #fdb64e; --heat-3: #f58a36; --heat-4: #c7390c; --heat-5: #7a1803;
  --heat-ink-0: #1c1c1c; --heat-ink-1: #1c1c1c; --heat-ink-2: #1c1c1c; --heat-ink-3: #1c1c1c;
  --heat-ink-4: #ffffff; --heat-ink-5: #ffffff;
}
@media (prefers-color-scheme: dark) { :root { --heat-0: #2b3740; --heat-ink-0: #ececec; } }
.choices { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.5rem 0; font-size: 0.875rem; }
.choices label { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; max-width: 100%; }
.choices select { min-width: 0; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; }
th[aria-sort='ascending'] button::after { content: ' ▲'; }
th[aria-sort='descending'] button::after { content: ' ▼'; }
td.level { text-align: left; }
`;

/**
 * Writes a matrix as one HTML page that needs no other file and no network: a heat map of any two axes and any quantity,
 * sorted and filtered as wanted, and the cells as a table, which needs no script.
 *
 * @throws {Error} when the build has not put the page's scripts beside the program.
 */
export function writeHeatMapPage(run: MatrixRun): string {
  const data = listHeatMapData(run, listOutcomes(run));
  const title = 'matrix: every axis at once';
  return writeHtmlPage({
    title,
    style: STYLE,
    data,
    scriptUrls: SCRIPTS.map(findBuilt),
    body: html`<h1>${title}</h1>
<p class="finding">${concludeMatrix(run).sentence}</p>
<p>${describeDesign(run)}</p>
<noscript><p>The heat map needs JavaScript; the table below it does not.</p></noscript>
<section>
<h2>Heat map</h2>
<p class="caption">Each field is the mean of the cells that the filters leave, and below it how many they are. Of one cell a
figure is no finding. The control of each cell makes the same spans and exports none.</p>
${writeChoices(data)}
<figure data-chart="heat-map">
<ul class="legend"></ul>
<div class="plot" role="img" aria-label="Heat map; the table below has its figures"></div>
</figure>
</section>
<section>
<h2>Cells</h2>
<p class="caption"><span id="shown">${data.points.length}</span> of ${data.points.length} rows; a head sorts by its column.</p>
${writeTable(data)}
</section>
<h2>To read the figures</h2>
<ul>${listNotes(run).map((note) => html`<li>${note}</li>`)}</ul>
<h2>To repeat it</h2>
<pre>${run.provenance.command}</pre>`,
  });
}

function writeChoices({ axes, quantities }: HeatMapData): Html {
  const listAxes = (chosen: string) => axes.map(({ name, title }) => writeOption(name, title, name === chosen));
  return html`<div class="choices">
<label>Show <select id="quantity">${quantities.map(({ name, title, unit }, index) => writeOption(name, `${title}, ${unit}`, index === 0))}</select></label>
<label>Rows <select id="rows">${listAxes('exporter')}</select></label>
<label>Columns <select id="columns">${listAxes('capture')}</select></label>
<label>Order <select id="order">${[writeOption('listed', 'as listed', true), writeOption('most', 'most first', false)]}</select></label>
</div>
<div class="choices">${axes.map(writeFilter)}</div>`;
}

function writeFilter({ name, title, levels }: HeatMapAxis): Html {
  const options = [writeOption('', 'all', true), ...levels.map((level) => writeOption(level, level, false))];
  return html`<label>${title} <select data-filter="${name}">${options}</select></label>`;
}

function writeOption(value: string, title: string, isChosen: boolean): Html {
  return isChosen
    ? html`<option value="${value}" selected>${title}</option>`
    : html`<option value="${value}">${title}</option>`;
}

function writeTable({ axes, quantities, points }: HeatMapData): Html {
  const head = [
    ...axes.map(({ title }) => title),
    'cell',
    ...quantities.map(({ name, unit }) => `${name}, ${unit}`),
  ].map((title) => html`<th scope="col"><button type="button">${title}</button></th>`);
  return html`<div class="table"><table id="cells">
<thead><tr>${head}</tr></thead>
<tbody>${points.map((point, index) => writeRow(point, index, { axes, quantities }))}</tbody>
</table></div>`;
}

function writeRow(
  { cell, levels, values }: HeatMapPoint,
  index: number,
  { axes, quantities }: Pick<HeatMapData, 'axes' | 'quantities'>,
): Html {
  // Levels are sorted in the order of their axis.
  const [exporter = html``, ...others] = axes.map(({ name, levels: order }, at) => {
    const level = levels[name] ?? '';
    const place = order.indexOf(level);
    return at === 0
      ? html`<th scope="row" data-value="${place}">${level}</th>`
      : html`<td class="level" data-value="${place}">${level}</td>`;
  });
  const figures = quantities.map(({ name, unit }) => {
    const value = values[name] ?? null;
    const text = value === null ? '-' : value.toFixed(unit === 'ms' ? 1 : 0);
    return html`<td data-value="${value ?? ''}">${text}</td>`;
  });
  return html`<tr data-index="${index}">${[exporter, ...others, html`<td data-value="${cell}">${cell + 1}</td>`, ...figures]}</tr>`;
}

/** A page needs JavaScript: written from the sources, as by tests, that is the build beside them. */
function findBuilt(path: string): URL {
  const url = new URL(path, import.meta.url);
  const built = import.meta.url.endsWith('.ts')
    ? new URL(url.href.replace('/experiments/', '/dist/experiments/'))
    : url;
  if (existsSync(fileURLToPath(built))) return built;
  throw new Error(`expected ${fileURLToPath(built)}; build it with: npm run build`);
}
