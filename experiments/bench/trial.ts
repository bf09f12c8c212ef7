import type { EncodeArmName } from './encode-arms/index.js';
import type { ExportArmName } from './export-arms/index.js';
import type { Payload } from './payloads.js';

/** The parts of the benchmark, each with a table of its own; `--only` chooses among them. */
export const SECTION_NAMES = [
  'encode',
  'cache',
  'out',
  'load',
  'allocations',
  'start',
  'block',
  'sustained',
  'sweep',
] as const;

export type SectionName = (typeof SECTION_NAMES)[number];

/** What one process measures, and where its figures belong. */
export interface Trial {
  readonly section: SectionName;
  /** Heads the row. */
  readonly arm: string;
  /** Heads the column. */
  readonly column: string;
  readonly task: Task;
}

export type Task =
  | EncodeTask
  | FreshTask
  | AllocationTask
  | BurstTask
  | PacedTask
  | SaturationTask
  | BlockTask
  | StartTask;

export interface EncodeTask {
  readonly type: 'encode';
  readonly arm: EncodeArmName;
  readonly payload: Payload;
  /** Spans that are encoded over and over. */
  readonly distinctSpanCount: number;
  readonly measureMillis: number;
}

/** Encodes spans as they are made. */
export interface FreshTask {
  readonly type: 'fresh';
  readonly arm: EncodeArmName;
  readonly payload: Payload;
  readonly measureMillis: number;
}

export interface AllocationTask {
  readonly type: 'allocations';
  readonly arm: EncodeArmName;
  readonly payload: Payload;
}

/** Bursts of ended spans, one after the other as they leave. */
export interface BurstTask {
  readonly type: 'bursts';
  readonly arm: ExportArmName;
  readonly payload: Payload;
  /** Spans that end over and over. */
  readonly distinctSpanCount: number;
  readonly measureMillis: number;
  readonly seed: number;
}

/** Spans made at a fixed rate. */
export interface PacedTask {
  readonly type: 'paced';
  readonly arm: ExportArmName;
  readonly payload: Payload;
  readonly spansPerSecond: number;
  readonly measureMillis: number;
}

/** As many spans as leave. */
export interface SaturationTask {
  readonly type: 'saturation';
  readonly arm: ExportArmName;
  readonly payload: Payload;
  readonly maxExportBatchSize: number;
  readonly measureMillis: number;
}

export interface BlockTask {
  readonly type: 'block';
  readonly arm: ExportArmName;
  readonly measureMillis: number;
  readonly seed: number;
}

export interface StartTask {
  readonly type: 'start';
  readonly arm: StartArmName;
}

export type StartArmName = 'offloop' | 'otlp-json' | 'otlp-protobuf';

/** What a trial found; the unit is in the name. */
export type Figures = Readonly<Record<string, number>>;

/** A line of raw.jsonl. */
export interface TrialRecord {
  readonly section: SectionName;
  readonly arm: string;
  readonly column: string;
  /** From 0. */
  readonly round: number;
  readonly task: Task;
  readonly figures: Figures;
}

/** What the trial's process is told. */
export interface TrialCommand {
  readonly task: Task;
  readonly tracesUrl: string;
  readonly ddTraceFolder: string;
}

/** What the trial's process says, once. */
export interface TrialMessage {
  readonly type: 'finished';
  readonly outcome: TrialOutcome;
}

export type TrialOutcome =
  | { readonly status: 'measured'; readonly figures: Figures }
  /** Something the arm needs is not installed; the message says how to get it. */
  | { readonly status: 'unavailable'; readonly message: string }
  | { readonly status: 'failed'; readonly message: string };
