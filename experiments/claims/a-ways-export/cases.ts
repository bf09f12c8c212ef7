import type { WayName } from '../a-ways/cases.js';

/** The legacy client sends by itself what it makes: it has no processor. */
export const CLIENT_WAY = 'A1 v3 client' satisfies WayName;

export const SPAN_WAYS = [
  'A1b startObservation',
  'A2 observe',
  'A5 startActiveSpan',
] as const satisfies readonly WayName[];

/** Dropped as they end, or sent by Langfuse's own processor or by this package's in its place. */
export const SPAN_EXPORTS = ['dropped', 'langfuse', 'offloop'] as const;

const CLIENT_EXPORTS = ['dropped', 'sent'] as const;

export const BASELINE = 'none';

export type SpanWay = (typeof SPAN_WAYS)[number];

export type SpanExport = (typeof SPAN_EXPORTS)[number];

export type ExportCaseName =
  | typeof BASELINE
  | `${typeof CLIENT_WAY}, ${(typeof CLIENT_EXPORTS)[number]}`
  | `${SpanWay}, ${SpanExport}`;

export const EXPORT_CASE_NAMES: readonly ExportCaseName[] = [
  BASELINE,
  ...CLIENT_EXPORTS.map((sent) => `${CLIENT_WAY}, ${sent}` as const),
  ...SPAN_WAYS.flatMap((way) => SPAN_EXPORTS.map((sent) => `${way}, ${sent}` as const)),
];
