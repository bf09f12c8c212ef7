import type { ProcessorName } from '../tracing.js';

/** What of a function's arguments and result goes into its span; `cut` is the JSON's first 200 characters. */
export type Capture = 'on' | 'off' | 'cut';

export interface CaptureCase {
  readonly name: string;
  readonly processor: ProcessorName;
  readonly capture: Capture;
}

export const CAPTURE_CASES = [
  { name: 'langfuse, on', processor: 'langfuse', capture: 'on' },
  { name: 'offloop, on', processor: 'offloop', capture: 'on' },
  { name: 'offloop, on, off the loop', processor: 'offloop off-loop', capture: 'on' },
  { name: 'langfuse, cut', processor: 'langfuse', capture: 'cut' },
  { name: 'offloop, cut', processor: 'offloop', capture: 'cut' },
  { name: 'langfuse, off', processor: 'langfuse', capture: 'off' },
  { name: 'offloop, off', processor: 'offloop', capture: 'off' },
] as const satisfies readonly CaptureCase[];

export type CaptureCaseName = (typeof CAPTURE_CASES)[number]['name'];

type PayloadShape = 'en' | 'vi' | 'objects' | 'embedding' | 'image';

export interface PayloadSpec {
  /** What its figure begins with. */
  readonly name: string;
  readonly label: string;
  readonly shape: PayloadShape;
  /** About, in JSON and UTF-8; texts have it each way, the rest one way. */
  readonly byteLength: number;
}

const KILOBYTE = 1_000;
const TEXT_KILOBYTES = [2, 20, 200, 1_000] as const;

const texts = (shape: 'en' | 'vi', language: string): PayloadSpec[] =>
  TEXT_KILOBYTES.map((kilobytes) => ({
    name: `${shape}${kilobytes}kB`,
    label: `${language}, ${kilobytes.toLocaleString('en-US')} kB each way`,
    shape,
    byteLength: kilobytes * KILOBYTE,
  }));

export const PAYLOADS: readonly PayloadSpec[] = [
  ...texts('en', 'ASCII'),
  ...texts('vi', 'Vietnamese'),
  { name: 'objects', label: '1,000 small objects out', shape: 'objects', byteLength: 100 * KILOBYTE },
  { name: 'embedding', label: 'embedding of 1,536 doubles out', shape: 'embedding', byteLength: 30 * KILOBYTE },
  { name: 'image', label: 'base64 image in, 1 MB', shape: 'image', byteLength: KILOBYTE * KILOBYTE },
];
