import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';
import { countFewestPairs } from '#gate/statistics/decision';
import { median } from '#gate/statistics/sample-statistics';
import type { Claim, ClaimTrial, ClaimVerdict, EstimateOf, FigureOf, Figures, ValueOfBlock } from './claim.js';

const CONFIDENCE = 0.95;

/** With fewer blocks chance alone could put them all on one side. */
export const FEWEST_BLOCKS = countFewestPairs(CONFIDENCE);

/** A block in which every case was measured without a fault. */
export interface CountedBlock {
  /** From 0. */
  readonly block: number;
  /** By case. */
  readonly figures: ReadonlyMap<string, Figures>;
  readonly figureOf: FigureOf;
}

/** What of a claim is declared, and not done. */
type Declared = Pick<Claim, 'name' | 'cases' | 'verdict'>;

/** Estimates over the blocks that count. */
export class Estimates {
  readonly blocks: readonly CountedBlock[];

  constructor({ name, cases }: Pick<Claim, 'name' | 'cases'>, trials: readonly ClaimTrial[]) {
    const blocks = new Map<number, Map<string, Figures>>();
    for (const { block, case: caseName, figures, faults } of trials) {
      if (faults.length > 0) continue;
      const own = blocks.get(block) ?? new Map<string, Figures>();
      blocks.set(block, own.set(caseName, figures));
    }
    this.blocks = [...blocks]
      .filter(([, figures]) => cases.every((caseName) => figures.has(caseName)))
      .map(([block, figures]) => ({ block, figures, figureOf: readFigures(name, figures) }));
  }

  /** One a block that counts. */
  listValues(value: ValueOfBlock): number[] {
    return this.blocks.map(({ figureOf }) => value(figureOf));
  }

  /** @returns null where fewer than 3 blocks count. */
  estimate(value: ValueOfBlock): Interval | null {
    return bootstrapInterval(this.listValues(value), median, { confidence: CONFIDENCE });
  }

  /** What a verdict says of the blocks; null, and it is not asked, where fewer than {@link FEWEST_BLOCKS} count. */
  judge<Judgment>(verdict: (estimate: EstimateOf) => Judgment): Judgment | null {
    if (this.blocks.length < FEWEST_BLOCKS) return null;
    return verdict((value) => {
      const interval = this.estimate(value);
      if (interval === null) throw new Error('unreachable: there are blocks enough for an interval');
      return interval;
    });
  }
}

/** What the trials say of the claim; `cannot tell` where too few blocks count. */
export function concludeClaim(claim: Declared, trials: readonly ClaimTrial[]): ClaimVerdict {
  const estimates = new Estimates(claim, trials);
  const blockCount = estimates.blocks.length;
  return (
    estimates.judge(claim.verdict) ?? {
      status: 'cannot tell',
      sentence: `Blocks that count: ${blockCount}, and it takes ${FEWEST_BLOCKS}; raise --blocks, or see what was left out.`,
      vietnameseSentence: `Số khối đo hợp lệ là ${blockCount}, cần có ${FEWEST_BLOCKS}: hãy tăng --blocks, hoặc xem những lần đo nào đã bị loại.`,
    }
  );
}

function readFigures(name: string, figures: CountedBlock['figures']): FigureOf {
  return (caseName, figureName) => {
    const figure = figures.get(caseName)?.[figureName];
    if (figure !== undefined) return figure;
    throw new Error(`${name}: expected case '${caseName}' to have the figure '${figureName}'; record it again`);
  };
}
