import { DelayDistribution, parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { FIGURE_NAMES, type FigureName, type Figures, readFigures } from '#gate/figures';
import { isValid } from '../runner/summary.js';
import type { TrialRecord } from '../runner/trial-record.js';

/** The gate's figures of two arms in one block. */
export interface FigurePair {
  readonly reference: Figures;
  readonly candidate: Figures;
}

/** Of every block in which the trials of both are valid, in the order of the blocks. */
export function listFigurePairs(
  trials: readonly TrialRecord[],
  referenceLabel: string,
  candidateLabel: string,
): FigurePair[] {
  const references = readArm(trials, referenceLabel);
  const candidates = readArm(trials, candidateLabel);
  return [...references]
    .sort(([left], [right]) => left - right)
    .flatMap(([block, reference]) => {
      const candidate = candidates.get(block);
      return candidate === undefined ? [] : [{ reference, candidate }];
    });
}

/** As a run of the gate holds it: a value a block, NaN where there is none. */
export function toSeries(pairs: readonly FigurePair[], judged: readonly FigureName[]) {
  return FIGURE_NAMES.filter((figure) => judged.includes(figure)).map((figure) => ({
    figure,
    candidate: pairs.map(({ candidate }) => candidate[figure] ?? Number.NaN),
    reference: pairs.map(({ reference }) => reference[figure] ?? Number.NaN),
  }));
}

function readArm(trials: readonly TrialRecord[], label: string): Map<number, Figures> {
  const valid = trials.filter((trial) => trial.arm === label && isValid(trial));
  return new Map(valid.map((trial) => [trial.block, readTrial(trial)]));
}

function readTrial({ measured, load }: TrialRecord): Figures {
  const latency = new DelayDistribution(load.latency.buckets.map(({ upToMillis, count }) => [upToMillis, count]));
  return readFigures(parseLoopDelaySnapshot(measured.loopDelay), latency);
}
