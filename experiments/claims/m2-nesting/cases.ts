import type { ProcessorName } from '../tracing.js';

/** How a function gets its span. */
export const INSTRUMENTATIONS = ['observe', 'startActiveObservation', 'manual span'] as const;

export type Instrumentation = (typeof INSTRUMENTATIONS)[number];

export const PROCESSORS = ['none', 'langfuse', 'offloop'] as const satisfies readonly ProcessorName[];

/** The same functions without a span: what all else is compared with. */
export const UNTRACED = 'untraced';

export interface TracedCase {
  readonly name: string;
  readonly instrumentation: Instrumentation;
  readonly processor: (typeof PROCESSORS)[number];
}

export const TRACED_CASES: readonly TracedCase[] = INSTRUMENTATIONS.flatMap((instrumentation) =>
  PROCESSORS.map((processor) => ({ name: `${instrumentation}, ${processor}`, instrumentation, processor })),
);

/** A tree of functions: `width` children side by side under a parent, or each under the one before. */
export interface TreeShape {
  /** What its figure begins with. */
  readonly name: string;
  readonly width: number;
  readonly depth: number;
}

export const TREE_SHAPES = [
  { name: 'width1', width: 1, depth: 1 },
  { name: 'width10', width: 10, depth: 1 },
  { name: 'width100', width: 100, depth: 1 },
  { name: 'depth5', width: 1, depth: 5 },
  { name: 'depth20', width: 1, depth: 20 },
] as const satisfies readonly TreeShape[];

/** Children of the parents whose own time is looked at. */
export const SHOWN_CHILD_COUNT = 10;
