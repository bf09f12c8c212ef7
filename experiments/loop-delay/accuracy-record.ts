import type { Provenance } from '../runner/provenance.js';
import type { Verdict } from './accuracy-verdict.js';

/** The same percentile of four sets of blocks. */
export interface Figure {
  readonly percentile: number;
  readonly plannedMillis: number;
  readonly injectedMillis: number;
  readonly foundMillis: number;
  readonly allMillis: number;
}

/** One run of a pattern of blocks. */
export interface Try {
  readonly node: string;
  readonly pattern: string;
  /** `again`: another run of the same follows. */
  readonly verdict: Verdict | 'again';
  /** The worst of what was found against what was injected; null where the waits are too short to tell. */
  readonly error: number | null;
  /** What a user reads is off by so much past the promise. */
  readonly excessMillis: number;
  readonly figures: readonly Figure[];
  readonly rawP99Millis: number;
  /** Of the time, that the thread waited for a core. */
  readonly starvedFraction: number;
  /** What the host gave to others meanwhile, of all cores; null where none is counted, unset in older records. */
  readonly stolenMillis?: number | null;
  /**
   * How far the blocks were off their plan without a monitor, past 5 % of it; null where those with one were not, unset in
   * older records.
   */
  readonly controlOverrunMillis?: number | null;
}

/** The first line of raw.jsonl; each further line is a {@link Try}. */
export interface AccuracyHeader {
  readonly experiment: 'loop-delay-accuracy';
  readonly provenance: Provenance;
}

export interface AccuracyRun extends AccuracyHeader {
  readonly tries: readonly Try[];
}

/** Shorter waits than this are no block's, and a twentieth of them is no more than the clock's grain. */
export const MIN_FIGURE_MILLIS = 1;

const NAME_WIDTH = 27;

/** undefined where the text is of another kind of run. */
export function parseAccuracyRun(raw: string): AccuracyRun | undefined {
  const [first = '', ...lines] = raw.trimEnd().split('\n');
  const header = JSON.parse(first) as AccuracyHeader;
  if (header.experiment !== 'loop-delay-accuracy') return undefined;
  return { ...header, tries: lines.map((line) => JSON.parse(line) as Try) };
}

export function describeColumns(node: string): string {
  return `Node ${node}: percentiles in ms, planned / injected / found at the injected blocks / all blocks`;
}

export function describeTry({ pattern, verdict, error, excessMillis, figures, ...rest }: Try): string {
  const { controlOverrunMillis: overrunMillis, stolenMillis } = rest;
  const control =
    overrunMillis == null ? '' : `, without the monitor ${overrunMillis.toFixed(2)} ms past 5 % of the plan`;
  const stolen = stolenMillis ? `, ${stolenMillis} ms stolen` : '';
  return (
    `  ${pattern.padEnd(NAME_WIDTH)} ${verdict.padEnd(9)} ` +
    `${error === null ? '     -' : `${(error * 100).toFixed(1).padStart(4)} %`}  ${excessMillis.toFixed(2).padStart(5)} ms  ` +
    `${figures.filter(isShown).map(writeFigure).join('  ')}  ` +
    `raw p99 ${rest.rawP99Millis.toFixed(1)}, without a core ${(rest.starvedFraction * 100).toFixed(1)} %${stolen}${control}`
  );
}

/** As it was printed. */
export function writeAccuracyListing({ tries }: AccuracyRun): string {
  const nodes = [...new Set(tries.map(({ node }) => node))];
  const lines = nodes.flatMap((node) => [
    describeColumns(node),
    ...tries.filter((one) => one.node === node).map(describeTry),
  ]);
  return ['```', ...lines, '```'].join('\n');
}

export function writeAccuracySummary(run: AccuracyRun): string {
  const { provenance, tries } = run;
  const finals = tries.filter(({ verdict }) => verdict !== 'again');
  const okCount = finals.filter(({ verdict }) => verdict === 'ok').length;
  return `${[
    '# loop-delay-accuracy: does an injected block come back',
    `${okCount} of ${finals.length} patterns of blocks came back.`,
    writeAccuracyListing(run),
    [
      `Command: \`${provenance.command}\``,
      `Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `${provenance.os}, ${provenance.cpuCount} x ${provenance.cpuModel}, load before the run ${provenance.loadBefore}`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

function isShown({ plannedMillis }: Figure): boolean {
  return plannedMillis >= MIN_FIGURE_MILLIS / 2;
}

function writeFigure({ percentile, ...millis }: Figure): string {
  const figures = [millis.plannedMillis, millis.injectedMillis, millis.foundMillis, millis.allMillis];
  return `p${percentile} ${figures.map((figureMillis) => figureMillis.toFixed(2)).join(' / ')}`;
}
