import type { Measured } from '../claim.js';

/** The same service without the instrumentation: as it is, in LangChain's classes, and with the AI SDK as its client. */
const BASELINE_NAMES = ['none', 'none, LangChain', 'none, AI SDK'] as const;

export type BaselineName = (typeof BASELINE_NAMES)[number];

/** A way to instrument the service. */
export interface Way {
  readonly name: string;
  readonly baseline: BaselineName;
  /** What the document counts by, and how many of it a turn has. */
  readonly unit: string;
  readonly unitCount: number;
  /** What a unit adds in the document, in milliseconds; null where it has no figure. */
  readonly documentMillis: readonly [low: number, high: number] | null;
  /** In a turn. */
  readonly made: Measured['made'];
}

/**
 * The document's 0.16 to 0.27 ms are of a test (V2) in which each call puts one event into the client's queue. So a call is
 * whatever does that: trace(), span() twice, generation() and event(), and as much as these the ends of the spans and of the
 * generation, and the trace's update. Divided by the first five alone, each would carry another one's cost.
 */
const LOW_LEVEL_CALL_COUNT = 9;

export const WAYS = [
  {
    name: 'A1 v3 client',
    baseline: 'none',
    unit: 'a call',
    unitCount: LOW_LEVEL_CALL_COUNT,
    documentMillis: [0.16, 0.27],
    made: { spanCount: 0, eventCount: LOW_LEVEL_CALL_COUNT },
  },
  {
    name: 'A1b startObservation',
    baseline: 'none',
    unit: 'a call',
    // By the steps of the v3 turn, to be beside it: five starts, and four times an update with the end.
    unitCount: LOW_LEVEL_CALL_COUNT,
    documentMillis: [0.16, 0.27],
    made: { spanCount: 5, eventCount: 0 },
  },
  {
    name: 'A2 observe',
    baseline: 'none',
    unit: 'a function',
    unitCount: 4,
    documentMillis: [5, 15],
    made: { spanCount: 4, eventCount: 0 },
  },
  {
    name: 'A2+A1 mixed',
    baseline: 'none',
    unit: 'a function',
    unitCount: 4,
    documentMillis: [5, 15],
    made: { spanCount: 5, eventCount: 0 },
  },
  {
    name: 'A3 observeOpenAI',
    baseline: 'none',
    unit: 'a call',
    unitCount: 1,
    documentMillis: [1, 3],
    made: { spanCount: 1, eventCount: 0 },
  },
  {
    name: 'A4 CallbackHandler',
    baseline: 'none, LangChain',
    unit: 'a step',
    unitCount: 4,
    documentMillis: [2, 10],
    made: { spanCount: 4, eventCount: 0 },
  },
  {
    name: 'A5 startActiveSpan',
    baseline: 'none',
    unit: 'a span',
    unitCount: 4,
    documentMillis: [0.5, 2],
    made: { spanCount: 4, eventCount: 0 },
  },
  {
    name: 'A6 http and undici',
    baseline: 'none',
    unit: 'a span',
    unitCount: 2,
    documentMillis: null,
    made: { spanCount: 2, eventCount: 0 },
  },
  {
    name: 'A7 AI SDK telemetry',
    baseline: 'none, AI SDK',
    unit: 'a call',
    unitCount: 1,
    documentMillis: null,
    made: { spanCount: 2, eventCount: 0 },
  },
] as const satisfies readonly Way[];

export type WayName = (typeof WAYS)[number]['name'];

/** The service without instrumentation a second time: what it differs by is chance. */
export const AGAIN = 'none again';

export const CASE_NAMES = [...BASELINE_NAMES, AGAIN, ...WAYS.map(({ name }) => name)] as const;

export type CaseName = (typeof CASE_NAMES)[number];
