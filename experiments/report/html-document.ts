import { median } from '#gate/statistics/sample-statistics';
import type { ReportArm, ReportComparison, ReportDocument, ReportFact, ReportTrial } from '#report/report-document';
import { listCaveats } from '../runner/caveats.js';
import { concludeRun, describeIncomplete } from '../runner/conclusion.js';
import { type ArmComparison, compareWithControl, LAB_RULE } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import type { ScenarioArm } from '../runner/scenario.js';
import { isValid, listExcluded } from '../runner/summary.js';
import type { TrialRecord } from '../runner/trial-record.js';
import { describeLoad } from './describe-load.js';
import { formatCount, formatMillis } from './format-figure.js';
import { describeVerdict } from './verdict-line.js';

/** A run as the HTML report takes it: the arms' valid trials, block by block, and each arm beside the control. */
export function describeRun(run: Run): ReportDocument {
  const { scenario, provenance, trials } = run;
  return {
    title: `${scenario.name}: ${scenario.title}`,
    findings: [describeIncomplete(run), describeVerdict(run), concludeRun(run).sentence].filter(
      (finding) => finding !== null,
    ),
    command: provenance.command,
    environment: listFacts(run),
    arms: scenario.arms.flatMap((arm) => describeArm(arm, trials) ?? []),
    comparisons: compareWithControl(run).map(describeComparison),
    exclusions: listExcluded(run).map(({ arm, block, faults }) => ({
      armName: arm,
      label: nameBlock(block),
      reasons: faults,
    })),
    notes: [...listCaveats(run), ...listNotes(scenario.arms)],
  };
}

function describeArm({ label }: ScenarioArm, trials: readonly TrialRecord[]): ReportArm | null {
  const valid = trials.filter((trial) => trial.arm === label && isValid(trial)).sort((a, b) => a.block - b.block);
  return valid.length === 0 ? null : { name: label, trials: valid.map(describeTrial) };
}

function describeTrial({ block, measured, load, exports }: TrialRecord): ReportTrial {
  return {
    label: nameBlock(block),
    loopDelay: measured.loopDelay,
    latency: load.latency.buckets.map(({ upToMillis, count }) => [upToMillis, count]),
    processCpu: measured.processCpu,
    exports,
  };
}

function describeComparison({ arm, baselineLabel, pairs, comparison, decision }: ArmComparison): ReportComparison {
  const { difference, verdict } = decision;
  return {
    armName: arm.label,
    baselineName: baselineLabel,
    quantity: 'arrival-weighted p99',
    differences: pairs.map(({ block, baselineMillis, candidateMillis }) => ({
      label: nameBlock(block),
      millis: candidateMillis - baselineMillis,
    })),
    estimateMillis: difference?.estimate ?? median(comparison.differences),
    interval: difference && { lowMillis: difference.low, highMillis: difference.high },
    method: difference === null ? 'median' : `median, ${difference.confidence * 100} % bootstrap interval (percentile)`,
    decision: verdict,
  };
}

/** The lab counts blocks from 0, people from 1. */
function nameBlock(block: number): string {
  return `block ${block + 1}`;
}

function listFacts({ provenance, resumptions, scenario, size, trials }: Run): ReportFact[] {
  const facts: [name: string, value: string | null][] = [
    ['started', provenance.startedAt],
    ['gone on with', resumptions.map(({ startedAt }) => startedAt).join(', ') || null],
    ['load', describeLoad(scenario)],
    [
      'size',
      `${size.blockCount} blocks, ${formatCount(size.measuredMillis)} ms measured after ` +
        `${formatCount(size.warmUpMillis)} ms of warm-up in each trial`,
    ],
    ['seed', String(provenance.seed)],
    ['commit', provenance.commit ?? 'unknown'],
    ['Node', `${provenance.node} (V8 ${provenance.v8})`],
    ['system', provenance.os],
    ['processors', `${provenance.cpuCount} x ${provenance.cpuModel}, governor ${provenance.governor ?? 'unknown'}`],
    ['memory', `${(provenance.memoryBytes / 1e9).toFixed(1)} GB`],
    ['load average before', String(provenance.loadBefore)],
    ['noise floor', describeNoiseFloor(trials)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

/** Null in files of older runs, which had none. */
function describeNoiseFloor(trials: readonly TrialRecord[]): string | null {
  const floors = trials.flatMap(({ noiseFloor }) => noiseFloor ?? []);
  if (floors.length === 0) return null;
  const p99Millis = median(floors.map(({ arrivalWeightedP99Millis }) => arrivalWeightedP99Millis));
  const longestMillis = Math.max(...floors.map((floor) => floor.longestMillis));
  return (
    `a process that only sleeps waited ${formatMillis(p99Millis)} ms at p99 (median of ${floors.length} trials), ` +
    `${formatMillis(longestMillis)} ms at the longest`
  );
}

function listNotes(arms: readonly ScenarioArm[]): string[] {
  const notes = [
    'The control makes the same spans and has no exporter: it drops them all.',
    `Two arms are called different when the whole interval is past ${LAB_RULE.marginMillis} ms, and the same when it ` +
      `lies within ${LAB_RULE.marginMillis} ms to either side; else the run can't tell.`,
  ];
  for (const { role, label } of arms) {
    if (role === 'repeat') notes.push(`${label} is the control again: a difference would be a false alarm.`);
    if (role === 'injected')
      notes.push(`${label} is the control with blocks on purpose: no difference would be a miss.`);
  }
  return notes;
}
