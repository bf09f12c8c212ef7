import { type ChartData, listChartData } from './chart-data.js';
import { writeHtmlPage } from './html-page.js';
import { Html, html } from './html-text.js';
import type { ReportDocument } from './report-document.js';
import {
  writeArrivalWeightedTable,
  writeCpuTable,
  writeDifferenceTable,
  writeLatencyTable,
  writeOverviewTable,
  writeRawTable,
  writeSurvivalTable,
  writeTimelineTable,
} from './report-tables.js';

/** One module of the page, cut into files: each uses those before it. */
const PAGE_FILES = ['./page/marks.js', './page/curve-charts.js', './page/row-charts.js', './page/draw-charts.js'].map(
  (path) => new URL(path, import.meta.url),
);

/**
 * Writes a report as one HTML page that needs no other file and no network: charts, a table for each, and where the
 * figures come from.
 *
 * @param lead what stands between the findings and the charts
 * @throws {Error} when the build has not put the plotting library beside the program.
 */
export function writeHtmlReport(document: ReportDocument, lead: Html | [] = []): string {
  const data = listChartData(document);
  return writeHtmlPage({
    title: document.title,
    data,
    scriptUrls: PAGE_FILES,
    body: html`<h1>${document.title}</h1>
${document.findings.map((finding, index) => html`<p${Html.trust(index === 0 ? ' class="finding"' : '')}>${finding}</p>`)}
${lead}
<noscript><p>The charts need JavaScript; the tables below each of them do not.</p></noscript>
${document.arms.length === 0 ? html`<p>No trial may be counted, so there is nothing to draw.</p>` : []}
${document.arms.length === 0 ? [] : [writeOverviewTable(document.arms, data), ...writeCharts(document, data)]}
${writeExclusions(document)}
${document.notes.length === 0 ? [] : html`<h2>To read the figures</h2><ul>${document.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<h2>Where it was measured</h2>
<dl>${document.environment.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<h2>To repeat it</h2>
<pre>${document.command}</pre>`,
  });
}

interface ChartSection {
  readonly heading: string;
  readonly caption: string;
  /** What draws it, in page/draw-charts.ts. */
  readonly chart: string;
  readonly table: Html;
  /** Before the chart. */
  readonly menu?: Html | [];
}

function writeCharts({ arms }: ReportDocument, data: ChartData): Html[] {
  const sections: ChartSection[] = [
    {
      heading: 'Waiting for the event loop',
      caption:
        'The share of requests, arriving at random instants, that wait longer than x for the event loop: P(W > x) = ' +
        'Σ max(0, block − x) / time. Marked: one in 2, 10, 100, 1,000 and 10,000.',
      chart: 'survival',
      table: writeSurvivalTable(arms),
    },
    {
      heading: 'Percentiles of that wait',
      caption: 'The same figures, each decade of rarity as wide as the one before.',
      chart: 'arrivalWeighted',
      table: writeArrivalWeightedTable(arms),
    },
    ...data.differences.map((chart, index) => ({
      heading: `Difference in ${chart.quantity}`,
      caption: 'Paired by block. Line and large mark: interval and estimate. Small marks: one block each.',
      chart: `difference:${index}`,
      table: writeDifferenceTable(chart),
    })),
    {
      heading: 'Blocks over time',
      caption: `The longest blocks of one trial, by when they began; both sides of a block are its length. ${describeExports(data)}`,
      chart: 'timeline',
      table: writeTimelineTable(data),
      menu: writeTimelineMenu(data),
    },
    {
      heading: 'Raw delay',
      caption:
        'What perf_hooks.monitorEventLoopDelay shows: the time between two firings of its timer, so an idle loop reads ' +
        'the interval of the timer, and a block is one sample however long it is. Not comparable with the wait above.',
      chart: 'raw',
      table: writeRawTable(arms),
    },
  ];
  if (data.latency.length > 0) {
    sections.push({
      heading: 'Request latency',
      caption: 'From the instant a request was due to the end of its answer.',
      chart: 'latency',
      table: writeLatencyTable(arms),
    });
  }
  if (data.cpu.some(({ mainThread, user }) => mainThread !== null || user !== null)) {
    sections.push({
      heading: 'CPU time',
      caption:
        'Milliseconds of CPU a second, of the whole process: above by thread, below the same by user and kernel mode. ' +
        'Other threads: workers, garbage collection, thread pool.',
      chart: 'cpu',
      table: writeCpuTable(data),
    });
  }
  return sections.map(writeSection);
}

function writeSection({ heading, caption, chart, table, menu }: ChartSection): Html {
  return html`<section>
<h2>${heading}</h2>
<p class="caption">${caption}</p>
${menu ?? []}
<figure data-chart="${chart}">
<ul class="legend"></ul>
<div class="plot" role="img" aria-label="${heading}: a chart; the table below has its figures"></div>
</figure>
<details><summary>Table: ${heading}</summary>
${table}
</details>
</section>`;
}

function describeExports({ timelines }: ChartData): string {
  return timelines.some(({ rows }) => rows.some(({ exports }) => exports !== null))
    ? 'Dashed, with a triangle: a request with spans reached the receiver.'
    : 'When spans were exported was not recorded.';
}

/** Nothing where there is no choice. */
function writeTimelineMenu({ timelines }: ChartData): Html | [] {
  if (timelines.length < 2) return [];
  const options = timelines.map(({ label }, index) => html`<option value="${index}">${label}</option>`);
  return html`<label class="menu">Trial <select id="timeline">${options}</select></label>`;
}

/** Nothing where no trial was to be left out: of a single one nobody would expect it. */
function writeExclusions({ exclusions, comparisons }: ReportDocument): Html | [] {
  if (exclusions.length === 0) {
    return comparisons.length === 0 ? [] : html`<h2>Left out</h2><p>No trial was left out.</p>`;
  }
  const items = exclusions.map(
    ({ armName, label, reasons }) => html`<li>${armName}, ${label}: ${reasons.join('; ')}</li>`,
  );
  return html`<h2>Left out</h2><ul>${items}</ul>`;
}
