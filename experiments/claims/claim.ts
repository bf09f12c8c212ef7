import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { LangfuseServerClient } from '../langfuse-server/client.js';
import type { Provenance } from '../runner/provenance.js';
import type { SizeName } from '../runner/scenario.js';

/**
 * A sentence of the document about Python, asked again of Node by a run: in each block every case once, in random
 * order, each in a fresh process. What lies here is only declared; what is measured lies in {@link Claim.measureUrl}.
 */
export interface Claim {
  /** As on the command line, such as `m5-get-client`. */
  readonly name: string;
  /** A line of at most 60 characters. */
  readonly title: string;
  /** What the document says, in a sentence. */
  readonly sentence: string;
  /** Names, unique. A block counts only when all of them were measured in it without a fault. */
  readonly cases: readonly string[];
  /** Of the cases the one that repeats another (A/A): what the two differ by is chance. @default none */
  readonly repeatCase?: string;
  /** A model server runs beside the trials; it answers at once. @default false */
  readonly asksModel?: boolean;
  /** A module that exports `measure: MeasureCase`: `new URL('./measure.js', import.meta.url)`. */
  readonly measureUrl: URL;
  readonly sizes: Readonly<Record<SizeName, ClaimSize>>;
  readonly tables: readonly ClaimTable[];
  /** Pure. Asked only where there are enough blocks to tell anything. */
  readonly verdict: (estimate: EstimateOf) => ClaimVerdict;
  /** Figures that only the stand-ins know, asked once the trial's process has ended; merged into its own. */
  readonly inspect?: (servers: readonly [LangfuseServerClient, LangfuseServerClient]) => Promise<Figures>;
}

export interface ClaimSize {
  /** 6 at least, or no verdict can be given. */
  readonly blockCount: number;
  /** Of one process, for the estimates before anything was measured. */
  readonly expectedTrialMillis: number;
  /** What `measure` is told about the size, such as `{ callCount: 1_000 }`. */
  readonly settings: Readonly<Record<string, number>>;
}

/** By name, each with its unit: `callMicros`, `exportedByteLength`, `receivedEventCount`. */
export type Figures = Readonly<Record<string, number>>;

/** What a fresh process is asked to measure. */
export interface TrialOrder {
  readonly case: string;
  readonly settings: ClaimSize['settings'];
  /** The same for every case of a block, another for each block; it follows from the run's own. */
  readonly seed: number;
  /** Base URLs of two stand-ins for Langfuse; most claims use the first only. They take any keys. */
  readonly baseUrls: readonly [string, string];
  /** Only of a claim that asks it. */
  readonly modelServerUrl?: string;
}

export interface Measured {
  readonly figures: Figures;
  /** What the two stand-ins together must have received by now: the trial is invalid if they did not. */
  readonly made: { readonly spanCount: number; readonly eventCount: number };
}

/** Measures a case; delivers what it made before it resolves. */
export type MeasureCase = (order: TrialOrder) => Promise<Measured>;

/** A line of raw.jsonl. */
export interface ClaimTrial {
  readonly case: string;
  /** From 0. */
  readonly block: number;
  /** Empty when the trial failed. */
  readonly figures: Figures;
  /** Why it must not be counted; empty when it may. */
  readonly faults: readonly string[];
}

/** The first line of raw.jsonl; each further line is a {@link ClaimTrial}. */
export interface ClaimHeader {
  readonly claim: string;
  readonly size: ClaimSize;
  readonly provenance: Provenance;
}

export interface ClaimRun extends ClaimHeader {
  readonly trials: readonly ClaimTrial[];
}

/** A figure of a case in one block. @throws {Error} when the case has no such figure. */
export type FigureOf = (caseName: string, figureName: string) => number;

/** One value a block: a figure, or what follows from several, such as the difference of two cases. */
export type ValueOfBlock = (figure: FigureOf) => number;

/** The median over the blocks, with its interval. */
export type EstimateOf = (value: ValueOfBlock) => Interval;

export interface ClaimTable {
  readonly title: string;
  readonly rows: readonly ClaimRow[];
}

/** The document's figure beside the one measured. */
export interface ClaimRow {
  /** At most 34 characters, or the table cuts it. */
  readonly label: string;
  /** As the document has it, such as `0.681 s`; null where it has none. At most 15 characters. */
  readonly document: string | null;
  /** What is shown behind the figures; the value must be in it. */
  readonly unit: 'ms' | 'ms/s' | 'µs' | 'bytes' | 'kB' | '%' | 'times' | 'events' | 'spans';
  readonly value: ValueOfBlock;
}

export interface Verdict {
  readonly status:
    | 'holds'
    | 'holds in another form'
    | 'below the document, size not told'
    | 'does not hold'
    | 'cannot tell';
  /** What was found and why it is so; ends with a full stop. */
  readonly sentence: string;
}

/** A claim's: its sentence is also on the Vietnamese page of the findings. */
export interface ClaimVerdict extends Verdict {
  /** Says the same of the same estimates; its figures as in English (`1,040.5`, `2 to 10`), for the page to turn over. */
  readonly vietnameseSentence: string;
}
