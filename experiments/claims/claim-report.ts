import { capitalize } from '#gate/output/capitalize';
import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ComparisonTable } from '../report/comparison.js';
import type { Terminal } from '../report/terminal.js';
import { type CaseReport, drawCases, writeCaseSummary } from './case-report.js';
import type { Claim, ClaimRun, ClaimTable } from './claim.js';
import { concludeClaim, Estimates } from './estimate.js';

/** A claim for a terminal: what the document says, its figures beside those measured, and the verdict. */
export function drawClaim(claim: Claim, run: ClaimRun, terminal: Terminal): string {
  return drawCases(describeRun(claim, run), run.trials, terminal);
}

/** A claim as Markdown: the verdict, the tables, where they come from. */
export function writeClaimSummary(claim: Claim, run: ClaimRun): string {
  return writeCaseSummary(describeRun(claim, run), run);
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

function describeRun(claim: Claim, run: ClaimRun): CaseReport {
  const { status, sentence } = concludeClaim(claim, run.trials);
  return {
    heading: `${claim.name}: ${claim.title}`,
    question:
      `The document, of Python: ${claim.sentence} Beside its figures: what was measured with Node ` +
      `${run.provenance.node}.`,
    tables: listTables(claim, run),
    conclusion: `${capitalize(status)}: ${sentence}`,
    procedure: 'each case once a block in a fresh process, in random order',
  };
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
