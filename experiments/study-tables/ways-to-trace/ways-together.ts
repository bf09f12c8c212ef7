import { formatInterval } from '../../claims/claim-report.js';
import { Estimates } from '../../claims/estimate.js';
import { listOutcomes } from '../../matrix/cell-figures.js';
import { listCompared } from '../../matrix/effects.js';
import type { MatrixRun } from '../../matrix/matrix-record.js';
import { FIELDS_NOTE, tabulatePair } from '../../matrix/pair-tables.js';
import { writeMarkdownTable } from '../../report/markdown-table.js';
import type { RecordedClaims } from './ways-tables.js';

const CLAIM = 'ways-export';
const TABLE = 'A turn, instrumented and sent: busy loop added';

/** How the labels of the claim's rows end, and what that is for a reader. */
const SENDINGS: Readonly<Record<string, string>> = {
  dropped: 'spans dropped',
  langfuse: 'sent by `LangfuseSpanProcessor`',
  sent: 'sent by the client',
  offloop: 'sent by offloop',
};

/** A by B of the claim that has both: what a turn adds to the loop. Empty without a run. */
export function writeWaysBySending(claims: RecordedClaims): string {
  const found = claims.get(CLAIM);
  if (found === undefined) return '';
  const { claim, run } = found;
  const rows = claim.tables.find(({ title }) => title === TABLE)?.rows ?? [];
  if (rows.length === 0) throw new Error(`${CLAIM}: expected a table '${TABLE}'`);
  const estimates = new Estimates(claim, run.trials);
  const cells = rows.map(({ label, unit, value }) => {
    const [way = '', sending = ''] = label.split(', ');
    return { way, sending, figure: formatInterval(estimates.estimate(value), unit) };
  });
  const sendings = Object.keys(SENDINGS).filter((name) => cells.some(({ sending }) => sending === name));
  return writeMarkdownTable({
    title: 'A turn, instrumented and sent: time on the loop, added to that of a turn without a tracer',
    head: ['way', ...sendings.map((name) => SENDINGS[name] ?? name)],
    rows: [...new Set(cells.map(({ way }) => way))].map((way) => [
      way,
      ...sendings.map((name) => cells.find((cell) => cell.way === way && cell.sending === name)?.figure ?? '-'),
    ]),
  });
}

/** A by B of the matrix. */
export function writeWaysInMatrix(run: MatrixRun): string {
  const compared = listCompared(listOutcomes(run));
  const table = tabulatePair(run.matrix.axes, 'instrumentation', compared, { byArm: false });
  return `${writeMarkdownTable(table)}\n\n${FIELDS_NOTE}`;
}
