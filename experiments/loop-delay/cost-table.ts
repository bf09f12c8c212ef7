import { median } from '#gate/statistics/sample-statistics';
import { writeMarkdownTable } from '../report/markdown-table.js';
import type { Provenance } from '../runner/provenance.js';

/** CPU, and round trips for the busy load: a loop without idle time uses the same CPU with any monitor. */
export interface CostOutcome {
  readonly cpuMillisPerSecond: number;
  /** 0 where the load makes none. */
  readonly roundTripsPerSecond: number;
}

/** One process that did what the load says under a monitor. */
export interface CostTrial extends CostOutcome {
  readonly load: string;
  readonly monitor: string;
  /** From 0. */
  readonly round: number;
}

/** The first line of raw.jsonl; each further line is a {@link CostTrial}. */
export interface CostHeader {
  readonly experiment: 'loop-delay-cost';
  readonly provenance: Provenance;
}

export interface CostRun extends CostHeader {
  readonly trials: readonly CostTrial[];
}

/** The monitor that all others are compared with: none. */
export const CONTROL = 'none';
/** The load that uses a whole core with any monitor. */
export const BUSY = 'busy';

const MILLIS_PER_SECOND = 1_000;
const PERCENT = 100;

/** Reads what {@link writeCostSummary} is made of; undefined where the text is of another kind of run. */
export function parseCostRun(raw: string): CostRun | undefined {
  const [first = '', ...lines] = raw.trimEnd().split('\n');
  const header = JSON.parse(first) as CostHeader;
  if (header.experiment !== 'loop-delay-cost') return undefined;
  return { ...header, trials: lines.map((line) => JSON.parse(line) as CostTrial) };
}

/** What each monitor costs over none, by load; medians over the rounds, paired by round. */
export function writeCostTable({ trials }: CostRun): string {
  const loads = unique(trials.map(({ load }) => load));
  const monitors = unique(trials.map(({ monitor }) => monitor));
  return writeMarkdownTable({
    title: 'What a monitor adds over none: % of a core; % fewer round trips where the loop has no idle time',
    head: ['monitor', ...loads],
    rows: monitors
      .filter((monitor) => monitor !== CONTROL)
      .map((monitor) => [monitor, ...loads.map((load) => formatPercent(findCostPercent(trials, load, monitor)))]),
  });
}

export function writeCostSummary(run: CostRun): string {
  const { provenance } = run;
  return `${[
    '# loop-delay-cost: what it costs to watch a loop',
    writeCostTable(run),
    [
      `Command: \`${provenance.command}\``,
      `Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `${provenance.cpuCount} x ${provenance.cpuModel}, load before the run ${provenance.loadBefore}`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

function findCostPercent(trials: readonly CostTrial[], load: string, monitor: string): number | undefined {
  const controls = trials.filter((trial) => trial.load === load && trial.monitor === CONTROL);
  const costs = controls.flatMap((control) => {
    const trial = trials.find((other) => isPaired(other, control) && other.monitor === monitor);
    if (trial === undefined) return [];
    return load === BUSY
      ? [PERCENT * (1 - trial.roundTripsPerSecond / control.roundTripsPerSecond)]
      : [(PERCENT * (trial.cpuMillisPerSecond - control.cpuMillisPerSecond)) / MILLIS_PER_SECOND];
  });
  return costs.length === 0 ? undefined : median(costs);
}

function isPaired(left: CostTrial, right: CostTrial): boolean {
  return left.load === right.load && left.round === right.round;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function formatPercent(percent: number | undefined): string {
  return percent?.toFixed(2) ?? '-';
}
