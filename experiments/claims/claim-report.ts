import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ComparisonTable } from '../report/comparison.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { type Terminal, wrapText } from '../report/terminal.js';
import type { Claim, ClaimRun, ClaimTable, Verdict } from './claim.js';
import { concludeClaim, Estimates } from './estimate.js';

/** A claim for a terminal: what the document says, its figures beside those measured, and the verdict. */
export function drawClaim(claim: Claim, run: ClaimRun, terminal: Terminal): string {
  return [
    wrapText(describeSentence(claim, run)),
    ...listTables(claim, run).map((table) => drawTable(table, terminal)),
    [...writeNotes(run), describeVerdict(concludeClaim(claim, run.trials))].map(wrapText).join('\n'),
  ].join('\n\n');
}

/** A claim as Markdown: the verdict, the tables, where they come from. */
export function writeClaimSummary(claim: Claim, run: ClaimRun): string {
  const { provenance, size } = run;
  return `${[
    `# ${claim.name}: ${claim.title}`,
    describeVerdict(concludeClaim(claim, run.trials)),
    describeSentence(claim, run),
    ...listTables(claim, run).map(writeMarkdownTable),
    [
      ...writeNotes(run),
      `Command: \`${provenance.command}\``,
      `Size: ${size.blockCount} blocks; each case once a block in a fresh process, in random order; ${JSON.stringify(size.settings)}`,
      `Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `${provenance.cpuCount} x ${provenance.cpuModel}, governor ${provenance.governor ?? 'unknown'}, load before the run ${provenance.loadBefore}`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

/** In at most four figures, as many as are worth reading. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 0.01) return value.toFixed(4);
  if (size < 1) return value.toFixed(3);
  if (size < 10) return value.toFixed(2);
  return size < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
}

/** `0.42 µs (0.40 to 0.45)`; a value that never moved stands alone. */
export function formatInterval(interval: Interval | null, unit: string): string {
  if (interval === null) return '-';
  const [value, low, high] = [interval.estimate, interval.low, interval.high].map(formatValue);
  return low === high ? `${value} ${unit}` : `${value} ${unit} (${low} to ${high})`;
}

function listTables(claim: Claim, { trials }: ClaimRun): ComparisonTable[] {
  const estimates = new Estimates(claim, trials);
  return claim.tables.map(({ title, rows }: ClaimTable) => ({
    title,
    // Short, for the labels must fit beside them in 80 columns.
    head: ['', 'Python', 'Node, 95 % interval'],
    rows: rows.map(({ label, document, unit, value }) => [
      label,
      document ?? '-',
      formatInterval(estimates.estimate(value), unit),
    ]),
  }));
}

function writeNotes({ trials }: ClaimRun): string[] {
  return trials.flatMap(({ case: caseName, block, faults }) =>
    faults.length === 0 ? [] : [`Left out: ${caseName} of block ${block + 1}, because ${faults.join('; ')}.`],
  );
}

function describeSentence({ sentence }: Claim, { provenance }: ClaimRun): string {
  return `The document, of Python: ${sentence} Beside its figures: what was measured with Node ${provenance.node}.`;
}

function describeVerdict({ status, sentence }: Verdict): string {
  return `${status.charAt(0).toUpperCase()}${status.slice(1)}: ${sentence}`;
}
