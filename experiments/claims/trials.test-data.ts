import type { ClaimTrial, EstimateOf, Figures } from './claim.js';
import { Estimates } from './estimate.js';

const BLOCK_COUNT = 8;

type FiguresByCase = Readonly<Record<string, Figures>>;

/** Blocks that differ by a few per cent, as those of a quiet machine. */
export function makeTrials(figures: FiguresByCase, blockCount = BLOCK_COUNT): ClaimTrial[] {
  return Array.from({ length: blockCount }, (_, block) =>
    Object.entries(figures).map(([caseName, own]) => ({
      case: caseName,
      block,
      figures: Object.fromEntries(
        Object.entries(own).map(([name, value]) => [name, value * (1 + (block - (blockCount - 1) / 2) / 100)]),
      ),
      faults: [],
    })),
  ).flat();
}

/** What a verdict is given. */
export function estimateFrom(figures: FiguresByCase): EstimateOf {
  const estimates = new Estimates({ name: 'test', cases: Object.keys(figures) }, makeTrials(figures));
  return (value) => {
    const interval = estimates.estimate(value);
    if (interval === null) throw new Error('expected an interval');
    return interval;
  };
}
