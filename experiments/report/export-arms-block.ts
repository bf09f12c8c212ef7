import type { Decision } from '#gate/statistics/decision';
import { describeControls } from '../runner/conclusion.js';
import { LAB_RULE } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import { type AddedFigures, countFewestRequests, listAddedFigures } from './added-figures.js';
import { describeService } from './describe-load.js';
import { formatSigned } from './format-figure.js';
import { writeMarkdownTable } from './markdown-table.js';

const OFFLOOP = 'offloop';

/** Every way to export at one load, for a page in docs/: waits and latency, each beside offloop in the same block. */
export function writeExportArmsBlock(run: Run, folder: string): string {
  const figures = listAddedFigures(run, OFFLOOP);
  const { scenario, provenance, size } = run;
  const table = {
    title: `${describeService(scenario)}: added to the control, ms, medians of the blocks with intervals of 95 %`,
    head: ['arm', 'wait p99', 'offloop saves', 'latency p50', 'latency p99', 'offloop saves', 'blocks'],
    rows: figures.map((each) => {
      const hasSaving = each.arm.role === 'compared' && each.arm.label !== OFFLOOP;
      return [
        each.arm.label,
        formatDecision(each.wait),
        hasSaving ? formatDecision(each.savedWait) : '-',
        formatDecision(each.latencyP50),
        formatDecision(each.latencyP99),
        hasSaving ? formatDecision(each.savedLatencyP99) : '-',
        String(each.wait.pairCount),
      ];
    }),
  };
  const compared = figures.filter(({ arm }) => arm.role === 'compared' && arm.label !== OFFLOOP);
  return [
    writeMarkdownTable(table),
    describeVerdicts('wait for the loop at p99', compared, ({ savedWait }) => savedWait),
    `${describeVerdicts('latency at p99', compared, ({ savedLatencyP99 }) => savedLatencyP99)} A p99 of latency is of ` +
      `some ${countFewestRequests(run.trials)} requests a trial.`,
    `*control-repeat* is the control once more, *control-injected* the control with blocks of a known size. ` +
      `${describeControls(run) ?? ''}`.trim(),
    `<sub>\`${provenance.command}\` on ${provenance.cpuCount} shared virtual cores, Node ${provenance.node}, ` +
      `${size.blockCount} interleaved blocks of ${size.measuredMillis / 1_000} s an arm: ` +
      `[summary](${folder}/summary.md), [raw data](${folder}/raw.jsonl). Written by \`npm run docs:tables\`.</sub>`,
  ].join('\n\n');
}

/** `27.5 (23.9 to 30.5)`. */
export function formatDecision({ difference }: Decision): string {
  if (difference === null) return '-';
  const [estimate, low, high] = [difference.estimate, difference.low, difference.high].map(formatSigned);
  return `${estimate} (${low} to ${high})`;
}

/** What can be told of each arm beside offloop, by the lab's margin. */
function describeVerdicts(
  quantity: string,
  figures: readonly AddedFigures[],
  read: (figures: AddedFigures) => Decision,
): string {
  const name = (verdict: (decision: Decision) => boolean): string => {
    const own = figures.filter((each) => verdict(read(each))).map(({ arm }) => `\`${arm.label}\``);
    return own.length === 0 ? 'none' : own.join(', ');
  };
  const isDifferent = ({ verdict, difference }: Decision, sign: number) =>
    verdict === 'different' && sign * (difference?.estimate ?? 0) > 0;
  return (
    `**The ${quantity}, arm by arm beside offloop** (margin ${LAB_RULE.marginMillis} ms): offloop saves more than that ` +
    `beside ${name((decision) => isDifferent(decision, 1))}; it costs more than that beside ` +
    `${name((decision) => isDifferent(decision, -1))}; the same within it: ` +
    `${name(({ verdict }) => verdict === 'same')}; can't be told: ${name(({ verdict }) => verdict === 'cannot tell')}.`
  );
}
