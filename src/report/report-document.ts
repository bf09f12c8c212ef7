import type { DelayBucket } from '../loop-delay/delay-curve.js';
import type { LoopDelaySnapshotJson } from '../loop-delay/loop-delay-snapshot.js';

/** All that a report shows. Every text in it is plain text; the writer escapes it. */
export interface ReportDocument {
  readonly title: string;
  /** What the figures show, a paragraph each; the first is set large. */
  readonly findings: readonly string[];
  /** What to type to repeat it. */
  readonly command: string;
  /** Where the figures come from: machine, versions, load, commit. */
  readonly environment: readonly ReportFact[];
  /** In the order in which they are shown. Where there are comparisons, the first is what the others are compared with. */
  readonly arms: readonly ReportArm[];
  /** Paired differences; none where there was nothing to compare. */
  readonly comparisons: readonly ReportComparison[];
  /** Trials whose figures were left out. They are not among the arms' trials. */
  readonly exclusions: readonly ReportExclusion[];
  /** What a reader must know to read the figures right, a sentence each. */
  readonly notes: readonly string[];
}

export interface ReportFact {
  readonly name: string;
  readonly value: string;
}

/** One thing that was measured: an arm of an experiment, a process, a thread. */
export interface ReportArm {
  /** Unique within the document, and short: it labels the charts. */
  readonly name: string;
  /** At least one. Trials with the same label, of any arm, ran side by side or one after the other. */
  readonly trials: readonly ReportTrial[];
}

export interface ReportTrial {
  /** For people, e.g. `block 3`. */
  readonly label: string;
  readonly loopDelay: LoopDelaySnapshotJson;
  /** What requests took, by the upper end of each bucket, in milliseconds; null where no requests were timed. */
  readonly latency: readonly DelayBucket[] | null;
  /** CPU time of the whole process, all threads, within the window; null where it was not read. */
  readonly processCpu: { readonly userMillis: number; readonly systemMillis: number } | null;
  /** When the receiver got an export request; null where nobody looked, empty where none came. */
  readonly exports: readonly ReportExport[] | null;
}

export interface ReportExport {
  readonly receivedAtUnixMillis: number;
  /** As it came over the wire, compressed or not. */
  readonly wireByteLength: number;
}

/** What one arm adds to another, paired by block. */
export interface ReportComparison {
  readonly armName: string;
  readonly baselineName: string;
  /** What was compared, e.g. `arrival-weighted p99`; comparisons of one quantity share a chart. In milliseconds. */
  readonly quantity: string;
  /** One a block: the arm's figure less the baseline's. */
  readonly differences: readonly { readonly label: string; readonly millis: number }[];
  readonly estimateMillis: number;
  /** Null where there are too few blocks for an interval. */
  readonly interval: { readonly lowMillis: number; readonly highMillis: number } | null;
  /** How estimate and interval were made, e.g. `median, 95 % bootstrap interval (percentile)`. */
  readonly method: string;
  /** What follows from it, in a word or two; null where nothing was decided. */
  readonly decision: string | null;
}

export interface ReportExclusion {
  readonly armName: string;
  readonly label: string;
  readonly reasons: readonly string[];
}
