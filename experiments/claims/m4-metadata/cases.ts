import type { ProcessorName } from '../tracing.js';

/** What a request's spans carry: nothing, the document's fields in metadata, or all input and output. */
export const CONTENTS = ['nothing', 'metadata', 'full capture'] as const;

export type Content = (typeof CONTENTS)[number];

export const PROCESSORS = ['langfuse', 'offloop'] as const satisfies readonly ProcessorName[];

export type CaseName = `${Content}, ${(typeof PROCESSORS)[number]}`;

export interface ContentCase {
  readonly name: CaseName;
  readonly content: Content;
  readonly processor: (typeof PROCESSORS)[number];
}

export const CONTENT_CASES: readonly ContentCase[] = PROCESSORS.flatMap((processor) =>
  CONTENTS.map((content) => ({ name: `${content}, ${processor}` as const, content, processor })),
);
