import type { Hop } from '../simulate-timeline.js';

/** How the services of the real check ask each other. */
export interface ChainShape {
  readonly name: string;
  readonly serviceCount: number;
  /** `in turn`: each asks the next one. `at once`: the first asks all others. */
  readonly order: 'in turn' | 'at once';
}

export const CHAIN_SHAPES = [
  { name: '3 in turn', serviceCount: 3, order: 'in turn' },
  { name: '5 in turn', serviceCount: 5, order: 'in turn' },
  { name: '1 and 4 at once', serviceCount: 5, order: 'at once' },
] as const satisfies readonly ChainShape[];

export type ChainShapeName = (typeof CHAIN_SHAPES)[number]['name'];

/** The way of a request. */
export function toHop({ serviceCount, order }: Pick<ChainShape, 'serviceCount' | 'order'>, loop = 0): Hop {
  if (loop + 1 === serviceCount) return { loop, next: [] };
  if (order === 'in turn') return { loop, next: [toHop({ serviceCount, order }, loop + 1)] };
  return { loop, next: Array.from({ length: serviceCount - 1 }, (_, index) => ({ loop: index + 1, next: [] })) };
}
