import { ArrivalWeightedDelay, type DelayBucket, type LongBlock, type LoopDelaySnapshot } from 'offloop/loop-delay';
import type { Figure } from './accuracy-record.js';
import type { InjectedBlock } from './inject-blocks.js';

/** What was done to the loop. */
export interface Injection {
  readonly blocks: readonly InjectedBlock[];
  /** By the injecting process's clock, not the monitor's. */
  readonly durationMillis: number;
}

export type InjectionFigure = Pick<Figure, 'percentile' | 'plannedMillis' | 'injectedMillis'>;

const PERCENTILES = [50, 90, 95, 99, 99.9];
/** The monitor does not know at which end of a sleep a block lies, and `raw` ends a sleep after so long. */
const SLEEP_MILLIS = 52;

/** @param snapshot Of the monitor that ran meanwhile. */
export function listFigures(
  injection: Injection,
  snapshot: Pick<LoopDelaySnapshot, 'arrivalWeighted' | 'longestBlocks'>,
): Figure[] {
  const { arrivalWeighted: all, longestBlocks } = snapshot;
  const found = longestBlocks.filter((block) => injection.blocks.some((other) => overlap(block, other)));
  const foundDelay = new ArrivalWeightedDelay(found.map(toBucket), all.observedMillis);
  return listInjectionFigures(injection).map((figure) => ({
    ...figure,
    foundMillis: foundDelay.percentileMillis(figure.percentile),
    allMillis: all.percentileMillis(figure.percentile),
  }));
}

/** By the injecting process's clocks alone. */
export function listInjectionFigures({ blocks, durationMillis }: Injection): InjectionFigure[] {
  const planned = blocks.map(({ plannedMillis }): DelayBucket => [plannedMillis, 1]);
  const plannedDelay = new ArrivalWeightedDelay(planned, durationMillis);
  const injectedDelay = new ArrivalWeightedDelay(blocks.map(toBucket), durationMillis);
  return PERCENTILES.map((percentile) => ({
    percentile,
    plannedMillis: plannedDelay.percentileMillis(percentile),
    injectedMillis: injectedDelay.percentileMillis(percentile),
  }));
}

function toBucket({ durationMillis }: LongBlock): DelayBucket {
  return [durationMillis, 1];
}

/** What nobody injected is the machine's own: on one that others use too, its delays would hide the small blocks. */
function overlap(left: LongBlock, right: LongBlock): boolean {
  return (
    left.startedAtUnixMillis < right.startedAtUnixMillis + right.durationMillis + SLEEP_MILLIS &&
    right.startedAtUnixMillis < left.startedAtUnixMillis + left.durationMillis + SLEEP_MILLIS
  );
}
