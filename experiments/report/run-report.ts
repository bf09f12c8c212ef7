import { listCaveats } from '../runner/caveats.js';
import { concludeRun, describeIncomplete, describeInjectedBlocks } from '../runner/conclusion.js';
import { compareWithControl } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import { listExcluded, summarizeArms } from '../runner/summary.js';
import { tabulateAutoFlush } from './auto-flush-table.js';
import { type ComparisonTable, compareArms } from './comparison.js';
import { drawTable } from './comparison-table.js';
import { describeLoad } from './describe-load.js';
import { drawHistograms } from './histogram-chart.js';
import { writeMarkdownTable } from './markdown-table.js';
import { tabulateNoise } from './noise-table.js';
import { listOrigin } from './origin-lines.js';
import { tabulatePairs } from './paired-table.js';
import { type Terminal, wrapText } from './terminal.js';
import { describeVerdict } from './verdict-line.js';

/** A run for a terminal: histograms, tables, what was left out, and what it shows. */
export function drawRun(run: Run, terminal: Terminal): string {
  const arms = summarizeArms(run.scenario.arms, run.trials);
  return [
    ...(arms.length === 0 ? [] : [drawHistograms(arms, terminal)]),
    ...listTables(run).map((table) => drawTable(table, terminal)),
    [...writeNotes(run), describeIncomplete(run) ?? [], concludeRun(run).sentence, describeVerdict(run) ?? []]
      .flat()
      .map(wrapText)
      .join('\n'),
  ].join('\n\n');
}

/** A run as Markdown: where it comes from, the tables, what it shows. */
export function writeRunSummary(run: Run): string {
  const { scenario } = run;
  return `${[
    `# ${scenario.name}: ${scenario.title}`,
    describeIncomplete(run) ?? '',
    describeVerdict(run) ?? '',
    concludeRun(run).sentence,
    ...listTables(run).map(writeMarkdownTable),
    writeNotes(run)
      .map((note) => `- ${note}`)
      .join('\n'),
    describeOrigin(run)
      .map((line) => `- ${line}`)
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function listTables(run: Run): ComparisonTable[] {
  return [
    ...tabulateAutoFlush(run),
    tabulatePairs(compareWithControl(run).filter(({ pairs }) => pairs.length > 0)),
    ...compareArms(summarizeArms(run.scenario.arms, run.trials)),
    ...tabulateNoise(run),
  ].filter(({ rows }) => rows.length > 0);
}

function writeNotes(run: Run): string[] {
  return [
    ...listExcluded(run).map(
      ({ arm, block, faults }) => `Left out: ${arm} of block ${block + 1}, because ${faults.join('; ')}.`,
    ),
    ...listCaveats(run),
    'The control makes the same spans and has no exporter: it drops them all.',
  ];
}

function describeOrigin({ provenance, scenario, size, resumptions }: Run): string[] {
  return [
    `Command: \`${provenance.command}\``,
    `Load: ${describeLoad(scenario)}`,
    `Size: ${size.blockCount} blocks, ${size.measuredMillis} ms measured after ${size.warmUpMillis} ms of warm-up in each trial`,
    ...scenario.arms.flatMap(({ label, injectedBlocks }) =>
      injectedBlocks === null ? [] : `${label}: the control, blocked for ${describeInjectedBlocks(injectedBlocks)}`,
    ),
    ...listOrigin(provenance, resumptions),
  ];
}
