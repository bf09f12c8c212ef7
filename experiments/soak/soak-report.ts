import type { ComparisonTable } from '../report/comparison.js';
import { drawTable } from '../report/comparison-table.js';
import { formatCount, formatDuration, formatMillis, formatPercent } from '../report/format-figure.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import type { Terminal } from '../report/terminal.js';
import { delayOf, formatMib, measureStarvation } from './measures.js';
import type { Sample, SpanTally } from './protocol.js';
import type { ArmRecord, SoakRun } from './run-soak.js';
import { drawTimeChart, type TimeChart } from './time-chart.js';
import type { Verdict } from './verdicts.js';

/** A run for a terminal: charts, tables, verdicts. */
export function drawSoak(run: SoakRun, verdicts: readonly Verdict[], terminal: Terminal): string {
  return [
    ...tabulate(run).map((table) => drawTable(table, terminal)),
    ...listCharts(run).map((chart) => drawTimeChart(chart, terminal)),
    verdicts.map(({ name, status, figures }) => wrap(`${status.toUpperCase()}: ${name}. ${figures}.`)).join('\n'),
  ].join('\n\n');
}

/** A run as Markdown: verdicts, tables, charts, where it comes from. */
export function writeSoakSummary(run: SoakRun, verdicts: readonly Verdict[]): string {
  const { settings, provenance } = run;
  const { scenario, spansPerSecond, payload, durationSeconds, maxQueueBytes } = settings;
  return `${[
    `# soak, ${scenario.name}: ${scenario.title}`,
    verdicts.map(({ name, status, figures }) => `- **${status}**: ${name}. ${figures}.`).join('\n'),
    ...tabulate(run).map(writeMarkdownTable),
    [
      '```',
      listCharts(run)
        .map((chart) => drawTimeChart(chart, { unicode: true, styled: false }))
        .join('\n\n'),
      '```',
    ].join('\n'),
    [
      `- Command: \`${provenance.command}\``,
      `- Load: ${formatCount(spansPerSecond)} spans/s of payload ${payload} in each arm, all arms at the same time, ${formatDuration(durationSeconds * 1_000)}; queue of ${formatMib(maxQueueBytes)} MiB`,
      '- Slopes: least squares, 95 % interval from resampling the residuals in ten blocks',
      `- Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `- Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `- ${provenance.cpuCount} x ${provenance.cpuModel}, load before the run ${provenance.loadBefore}`,
    ].join('\n'),
  ].join('\n\n')}\n`;
}

function tabulate({ arms }: SoakRun): ComparisonTable[] {
  return [
    {
      title: 'Memory, MiB',
      head: ['arm', 'RSS idle', 'RSS end', 'RSS max', 'heap max', 'buffers max', 'queue max'],
      rows: arms.map(({ arm, samples }) => {
        const rss = samples.map(({ memory }) => memory.rss);
        const highest = (read: (sample: Sample) => number) => formatMib(Math.max(...samples.map(read)));
        return [
          arm,
          formatMib(rss[0] ?? Number.NaN),
          formatMib(rss.at(-1) ?? Number.NaN),
          formatMib(Math.max(...rss)),
          highest(({ memory }) => memory.heapUsed),
          highest(({ memory }) => memory.arrayBuffers),
          highest(({ pendingBytes }) => pendingBytes),
        ];
      }),
    },
    {
      title: 'Spans, after the shutdown',
      head: ['arm', 'accepted', 'exported', 'failed', 'dropped', 'received'],
      rows: arms.map(({ arm, finalTally, receivedSpanCount }) => [
        arm,
        ...[finalTally.accepted, finalTally.exported, finalTally.failed, finalTally.dropped].map(formatCount),
        receivedSpanCount === null ? '-' : formatCount(receivedSpanCount),
      ]),
    },
    {
      title: 'Arrival-weighted delay, ms',
      head: ['arm', 'p50', 'p99', 'p99.9', 'max', 'without a core'],
      rows: arms.map(({ arm, samples }) => {
        const delay = delayOf(samples);
        return [
          arm,
          ...[50, 99, 99.9].map((percentile) => formatMillis(delay.percentileMillis(percentile))),
          formatMillis(delay.maxMillis),
          formatPercent(measureStarvation(samples)),
        ];
      }),
    },
  ];
}

function listCharts({ arms }: SoakRun): TimeChart[] {
  const exporting = arms.filter(({ arm }) => arm !== 'control');
  const perSecond = (part: keyof SpanTally) =>
    exporting.map(({ arm, samples }) => ({
      name: arm,
      values: samples.map((_, second) => rise(samples, second, part)),
    }));
  const mib = (bytes: number) => `${formatMib(bytes)} MiB`;
  const ofArms = (records: readonly ArmRecord[], read: (sample: Sample) => number) =>
    records.map(({ arm, samples }) => ({ name: arm, values: samples.map(read) }));
  return [
    { title: 'RSS', lines: ofArms(arms, ({ memory }) => memory.rss), format: mib },
    {
      title: 'Queue',
      lines: ofArms(
        exporting.filter(({ arm }) => arm === 'offloop'),
        ({ pendingBytes }) => pendingBytes,
      ),
      format: mib,
    },
    { title: 'Exported spans a second', lines: perSecond('exported'), format: formatCount },
    { title: 'Failed spans a second', lines: perSecond('failed'), format: formatCount },
    { title: 'Dropped spans a second', lines: perSecond('dropped'), format: formatCount },
  ].filter(({ lines }) => lines.some(({ values }) => values.some((value) => value > 0)));
}

function rise(samples: readonly Sample[], second: number, part: keyof SpanTally): number {
  return (samples[second]?.spans[part] ?? 0) - (samples[second - 1]?.spans[part] ?? 0);
}

/** To 80 columns, at spaces. */
function wrap(text: string): string {
  return text.replace(/(?![^\n]{1,80}$)([^\n]{1,80})\s/g, '$1\n');
}
