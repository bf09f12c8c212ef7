import { concludeRun } from '../runner/conclusion.js';
import type { Run } from '../runner/run.js';
import { listExcluded, summarizeArms } from '../runner/summary.js';
import { compareArms } from './comparison.js';
import { drawTable } from './comparison-table.js';
import { drawHistograms } from './histogram-chart.js';
import { writeMarkdownTable } from './markdown-table.js';
import type { Terminal } from './terminal.js';

/** A run for a terminal: histograms, tables, what was left out, and what it shows. */
export function drawRun(run: Run, terminal: Terminal): string {
  const arms = summarizeArms(run.scenario.arms, run.trials);
  return [
    drawHistograms(arms, terminal),
    ...compareArms(arms).map((table) => drawTable(table, terminal)),
    [...writeNotes(run), wrap(concludeRun(run.scenario, run.trials).sentence)].join('\n'),
  ].join('\n\n');
}

/** A run as Markdown: where it comes from, the tables, what it shows. */
export function writeRunSummary(run: Run): string {
  const { provenance, scenario, size } = run;
  const arms = summarizeArms(scenario.arms, run.trials);
  const { requestsPerSecond, promptCharacters, completionCharacters } = scenario.load;
  return `${[
    `# ${scenario.name}: ${scenario.title}`,
    concludeRun(scenario, run.trials).sentence,
    ...compareArms(arms).map(writeMarkdownTable),
    writeNotes(run).join('\n'),
    [
      `- Command: \`${provenance.command}\``,
      `- Load: ${requestsPerSecond} requests/s, prompts of ${promptCharacters} and completions of ${completionCharacters} characters`,
      `- Size: ${size.blockCount} blocks, ${size.measuredMillis} ms measured after ${size.warmUpMillis} ms of warm-up in each trial`,
      `- Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `- Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `- ${provenance.cpuCount} x ${provenance.cpuModel}, governor ${provenance.governor ?? 'unknown'}, load before the run ${provenance.loadBefore}`,
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function writeNotes({ trials }: Run): string[] {
  return [
    ...listExcluded(trials).map(
      ({ arm, block, faults }) => `Left out: ${arm} of block ${block + 1}, because ${faults.join('; ')}.`,
    ),
    'The control makes the same spans and has no exporter: it drops them all.',
  ];
}

/** To 80 columns, at spaces. */
function wrap(text: string): string {
  return text.replace(/(?![^\n]{1,80}$)([^\n]{1,80})\s/g, '$1\n');
}
