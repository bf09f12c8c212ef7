import { checkPercentile, type DelayBucket, type DelayCurve, mergeBuckets } from './delay-curve.js';

/**
 * What a request that arrives at a random instant waits for the event loop.
 *
 * An instant inside a block of length d has to wait for what is left of the block, anything from d down to 0. Of the d
 * milliseconds of the block, max(0, d − x) have more than x left. With blocks dᵢ over a time T:
 * P(W > x) = Σ max(0, dᵢ − x) / T.
 */
export class ArrivalWeightedDelay implements DelayCurve {
  /** The blocks: how long the loop was busy without polling. Ascending. */
  readonly blocks: readonly DelayBucket[];
  /** T, in milliseconds. Added up when merged. */
  readonly observedMillis: number;

  constructor(blocks: readonly DelayBucket[], observedMillis: number) {
    this.blocks = mergeBuckets([blocks.filter(([blockMillis, count]) => blockMillis > 0 && count > 0)]);
    this.observedMillis = observedMillis;
  }

  /** Of several loops or windows: what a request waits that arrives at a random instant of any of them. */
  static merge(delays: readonly ArrivalWeightedDelay[]): ArrivalWeightedDelay {
    return new ArrivalWeightedDelay(
      mergeBuckets(delays.map(({ blocks }) => blocks)),
      delays.reduce((sum, { observedMillis }) => sum + observedMillis, 0),
    );
  }

  get maxMillis(): number {
    return this.observedMillis > 0 ? (this.blocks.at(-1)?.[0] ?? 0) : Number.NaN;
  }

  /** Σ dᵢ² / 2T: inside a block the mean wait is half of it, outside it is 0. */
  get meanMillis(): number {
    const squares = this.blocks.reduce((sum, [blockMillis, count]) => sum + blockMillis ** 2 * count, 0);
    return squares / (2 * this.observedMillis);
  }

  percentileMillis(percentile: number): number {
    checkPercentile(percentile);
    if (!(this.observedMillis > 0)) return Number.NaN;
    const waitingLongerMillis = (1 - percentile / 100) * this.observedMillis;
    // Between two neighbouring block lengths only the longer blocks contribute, and Σ max(0, dᵢ − x) is a straight
    // line: longerMillis − longerCount · x. Walk down from the longest block to the line that crosses the wanted time.
    let longerMillis = 0;
    let longerCount = 0;
    for (let index = this.blocks.length - 1; index >= 0; index -= 1) {
      const [blockMillis, count] = this.blocks[index] as DelayBucket;
      longerMillis += blockMillis * count;
      longerCount += count;
      const nextMillis = this.blocks[index - 1]?.[0] ?? 0;
      if (longerMillis - longerCount * nextMillis >= waitingLongerMillis) {
        return (longerMillis - waitingLongerMillis) / longerCount;
      }
    }
    return 0;
  }

  fractionAbove(delayMillis: number): number {
    return this.millisAbove(delayMillis) / this.observedMillis;
  }

  /** The time, in milliseconds, at which an arriving request would have had to wait longer than `delayMillis`. */
  millisAbove(delayMillis: number): number {
    return this.blocks.reduce(
      (sum, [blockMillis, count]) => sum + Math.max(0, blockMillis - Math.max(0, delayMillis)) * count,
      0,
    );
  }

  /** How many blocks were longer than `delayMillis`. */
  countAbove(delayMillis: number): number {
    return this.blocks.reduce((sum, [blockMillis, count]) => sum + (blockMillis > delayMillis ? count : 0), 0);
  }
}
