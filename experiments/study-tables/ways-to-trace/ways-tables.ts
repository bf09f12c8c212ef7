import type { Claim, ClaimRun } from '../../claims/claim.js';
import { formatInterval } from '../../claims/claim-report.js';
import { Estimates } from '../../claims/estimate.js';
import { SENDING_TITLES } from '../../matrix/sending.js';
import { listAddedFigures } from '../../report/added-figures.js';
import { formatDecision } from '../../report/export-arms-block.js';
import { writeMarkdownRows } from '../../report/markdown-table.js';
import type { Run } from '../../runner/run-record.js';
import { type ClaimFigure, MAKER_TITLES, MAKING_LEAVES } from './making.js';
import { SENDING_LEAVES } from './sending-leaves.js';

export interface RecordedClaim {
  readonly claim: Claim;
  readonly run: ClaimRun;
}

/** The newest reference runs by name; one that nobody recorded is not in it. */
export type RecordedClaims = ReadonlyMap<string, RecordedClaim>;

const NO_RUN = 'no reference run yet';
const NOTHING = '-';

/** What the legacy client costs with its queue, where there is no processor to compare. */
const CLIENT_SENT: ClaimFigure = {
  claim: 'ways-export',
  table: 'A turn, instrumented and sent: busy loop added',
  label: 'A1 v3 client, sent',
  of: 'a turn, time on the loop, making included',
};

/** Axis A: a row a way to make spans. */
export function writeMakingTree(claims: RecordedClaims): string {
  const rows = MAKING_LEAVES.map(({ maker, way, source }) =>
    'reason' in source
      ? [MAKER_TITLES[maker], way, NOTHING, NOTHING, describeReason(source.reason)]
      : [MAKER_TITLES[maker], way, readFigure(claims, source), source.of, `\`${source.claim}\``],
  );
  const head = ['who makes the span', 'way', 'added, 95 % interval', 'of', 'case'];
  return writeMarkdownRows({ head, rows: nameOnce(rows) }, ['way', 'of', 'case']);
}

/** Axis B: a row a way to send. @param scenarios by name, in the order in which an arm is looked for. */
export function writeSendingTree(claims: RecordedClaims, scenarios: ReadonlyMap<string, Run>): string {
  const rows = SENDING_LEAVES.map(({ kind, way, source }) => {
    const title = SENDING_TITLES[kind];
    if ('reason' in source) return [title, way, NOTHING, NOTHING, describeReason(source.reason)];
    if ('isClient' in source) {
      const figure = `\`${CLIENT_SENT.claim}\`: ${readFigure(claims, CLIENT_SENT)} (${CLIENT_SENT.of})`;
      return [title, way, NOTHING, NOTHING, figure];
    }
    return [title, way, ...readArm(scenarios, source.arm)];
  });
  const head = ['the main thread', 'way', 'wait for the loop p99, ms', 'latency p99, ms', 'case'];
  return writeMarkdownRows({ head, rows: nameOnce(rows) }, ['way', 'case']);
}

function readFigure(claims: RecordedClaims, { claim: name, table, label }: ClaimFigure): string {
  const found = claims.get(name);
  if (found === undefined) return NO_RUN;
  const { claim, run } = found;
  const row = claim.tables.find(({ title }) => title === table)?.rows.find((candidate) => candidate.label === label);
  if (row === undefined) throw new Error(`${name}: expected a table '${table}' with a row '${label}'`);
  return formatInterval(new Estimates(claim, run.trials).estimate(row.value), row.unit);
}

/** Of the first run that has the arm. */
function readArm(scenarios: ReadonlyMap<string, Run>, armName: string): [wait: string, latency: string, run: string] {
  for (const [name, run] of scenarios) {
    const [control] = run.scenario.arms;
    if (control?.armName === armName) return ['0', '0', 'the control of each run'];
    const own = listAddedFigures(run, armName).find(({ arm }) => arm.label === armName);
    if (own !== undefined) return [formatDecision(own.wait), formatDecision(own.latencyP99), `\`${name}\``];
  }
  return [NOTHING, NOTHING, NO_RUN];
}

function describeReason(reason: string): string {
  return `not run: ${reason}`;
}

/** A branch is named in its first row. */
function nameOnce(rows: readonly (readonly string[])[]): string[][] {
  return rows.map(([title = '', ...cells], index) => [rows[index - 1]?.[0] === title ? '' : title, ...cells]);
}
