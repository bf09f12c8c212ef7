import type { ReportArm, ReportComparison, ReportDocument, ReportTrial } from '../../report/report-document.js';
import { FIGURES, nameFigure } from '../figures.js';
import type { GateResult } from '../gate-result.js';
import type { ArmName } from '../run/arm.js';
import type { TrialRecord } from '../run/trial-record.js';
import type { FigureJudgement } from '../verdict/judge-figure.js';
import { capitalize } from './capitalize.js';

/** A run of the gate as a report; of a run without a reference the candidate alone. */
export function describeGate(result: GateResult): ReportDocument {
  const { trials, sentence, hint, provenance, notes, referenceName, figures } = result;
  const { command, startedAt, commit, node, os, cpuModel, cpuCount, seed } = provenance;
  return {
    title: 'offloop gate',
    findings: [sentence, ...(hint === null ? [] : [hint])].map(capitalize),
    command,
    environment: [
      { name: 'measured', value: startedAt },
      { name: 'commit', value: commit ?? 'unknown' },
      ...(referenceName === null ? [] : [{ name: 'reference', value: referenceName }]),
      { name: 'Node.js of the gate', value: node },
      { name: 'system', value: os },
      { name: 'cores', value: `${cpuCount}, ${cpuModel}` },
      { name: 'seed', value: String(seed) },
    ],
    arms: (['reference', 'candidate'] as const).flatMap((arm) => describeArm(arm, trials)),
    comparisons: figures.flatMap((figure) => describeComparison(figure, result)),
    exclusions: trials
      .filter(({ faults }) => faults.length > 0)
      .map(({ arm, block, faults }) => ({ armName: arm, label: labelBlock(block), reasons: faults })),
    notes: [
      ...notes,
      'The probe itself is a part of what it measures: a wake-up every 50 ms and a small file each second, in every arm alike.',
    ],
  };
}

function describeArm(name: ArmName, trials: readonly TrialRecord[]): ReportArm[] {
  const counted = trials.filter(({ arm, faults }) => arm === name && faults.length === 0);
  return counted.length === 0 ? [] : [{ name, trials: counted.map(describeTrial) }];
}

function describeTrial({ block, loopDelay, load }: TrialRecord): ReportTrial {
  return { label: labelBlock(block), loopDelay, latency: load?.latency ?? null, processCpu: null, exports: null };
}

/** Utilization is shown in the tables: the charts of differences have an axis of milliseconds. */
function describeComparison(judgement: FigureJudgement, { trials, confidence }: GateResult): ReportComparison[] {
  const { figure, difference, outcome } = judgement;
  if (difference === null || FIGURES[figure].unit === '%') return [];
  const { estimate, low, high } = difference;
  return [
    {
      armName: 'candidate',
      baselineName: 'reference',
      quantity: FIGURES[figure].unit === 'ms' ? FIGURES[figure].label : nameFigure(figure),
      differences: listDifferences(judgement, trials),
      estimateMillis: estimate,
      interval: { lowMillis: low, highMillis: high },
      method: `median, ${((confidence ?? Number.NaN) * 100).toFixed(1)} % bootstrap interval (percentile)`,
      decision: outcome,
    },
  ];
}

function listDifferences({ figure, differences }: FigureJudgement, trials: readonly TrialRecord[]) {
  const blocks = [...new Set(trials.map(({ block }) => block))].filter((block) => {
    const ofBlock = trials.filter((trial) => trial.block === block && trial.faults.length === 0);
    return ofBlock.length === 2 && ofBlock.every(({ figures }) => figures[figure] !== null);
  });
  return differences.map((millis, index) => ({ label: labelBlock(blocks[index] ?? index), millis }));
}

function labelBlock(block: number): string {
  return `block ${block + 1}`;
}
