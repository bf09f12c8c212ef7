import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';
import { countFewestPairs } from '#gate/statistics/decision';
import { median } from '#gate/statistics/sample-statistics';
import type { Claim, ClaimTrial, FigureOf, Figures, ValueOfBlock, Verdict } from './claim.js';

const CONFIDENCE = 0.95;

/** With fewer blocks chance alone could put them all on one side. */
export const FEWEST_BLOCKS = countFewestPairs(CONFIDENCE);

/** What of a claim is declared, and not done. */
type Declared = Pick<Claim, 'name' | 'cases' | 'verdict'>;

/** Estimates over the blocks that count: those in which every case was measured without a fault. */
export class Estimates {
  readonly #blocks: readonly FigureOf[];

  constructor({ name, cases }: Pick<Claim, 'name' | 'cases'>, trials: readonly ClaimTrial[]) {
    const blocks = new Map<number, Map<string, Figures>>();
    for (const { block, case: caseName, figures, faults } of trials) {
      if (faults.length > 0) continue;
      const own = blocks.get(block) ?? new Map<string, Figures>();
      blocks.set(block, own.set(caseName, figures));
    }
    this.#blocks = [...blocks.values()]
      .filter((block) => cases.every((caseName) => block.has(caseName)))
      .map((block) => (caseName, figureName) => {
        const figure = block.get(caseName)?.[figureName];
        if (figure !== undefined) return figure;
        throw new Error(`${name}: expected case '${caseName}' to have the figure '${figureName}'`);
      });
  }

  get blockCount(): number {
    return this.#blocks.length;
  }

  /** @returns null where fewer than 3 blocks count. */
  estimate(value: ValueOfBlock): Interval | null {
    return bootstrapInterval(this.#blocks.map(value), median, { confidence: CONFIDENCE });
  }
}

/** What the trials say of the claim; `cannot tell` where too few blocks count. */
export function concludeClaim(claim: Declared, trials: readonly ClaimTrial[]): Verdict {
  const estimates = new Estimates(claim, trials);
  if (estimates.blockCount < FEWEST_BLOCKS) {
    const sentence = `Blocks that count: ${estimates.blockCount}, and it takes ${FEWEST_BLOCKS}; raise --blocks, or see what was left out.`;
    return { status: 'cannot tell', sentence };
  }
  return claim.verdict((value) => {
    const interval = estimates.estimate(value);
    if (interval === null) throw new Error('unreachable: there are blocks enough for an interval');
    return interval;
  });
}
