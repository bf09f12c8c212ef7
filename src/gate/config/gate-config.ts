import type { FigureName } from '../figures.js';

/** What the user asked for, checked, with its defaults. */
export interface GateConfig {
  readonly service: ServiceConfig;
  readonly load: LoadConfig;
  /** Null where all that is judged are budgets. */
  readonly reference: ReferenceConfig | null;
  /** What is judged; at least one. */
  readonly figures: Readonly<Partial<Record<FigureName, FigureRule>>>;
  readonly trial: TrialSize;
  /** At most so many blocks, each with one trial of the candidate and one of the reference. */
  readonly maxBlockCount: number;
  /** No block begins that would most likely end past it. What prepares the reference does not count. */
  readonly timeBudgetMillis: number;
  readonly validity: ValidityLimits;
}

export interface ServiceConfig {
  /** For the shell. */
  readonly command: string;
  /** Added to the gate's own environment; null takes a variable out. */
  readonly env: Environment;
  readonly ready: ReadyCondition;
  readonly readyTimeoutMillis: number;
  /** Part of the path of the script whose main thread is measured; null: the one that used most CPU time. */
  readonly program: string | null;
}

export type Environment = Readonly<Record<string, string | null>>;

export type ReadyCondition =
  /** Answers with a status from 200 to 399. */
  | { readonly type: 'url'; readonly url: string }
  /** Something that contains this text was printed. */
  | { readonly type: 'line'; readonly line: string }
  /** Takes connections on localhost. */
  | { readonly type: 'port'; readonly port: number };

export type LoadConfig = HttpLoad | CommandLoad;

/** Requests at random instants, whatever became of the ones before. */
export interface HttpLoad {
  readonly type: 'http';
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly requestsPerSecond: number;
  /** A request that takes longer counts as failed. */
  readonly requestTimeoutMillis: number;
}

/** Must run for as long as it is let; ended with its process group. */
export interface CommandLoad {
  readonly type: 'command';
  /** For the shell; `OFFLOOP_LOAD_MILLIS` tells it how long it will be needed. */
  readonly command: string;
}

export type ReferenceConfig =
  | { readonly type: 'ref'; readonly ref: string; readonly prepare: string | null }
  | { readonly type: 'variant'; readonly variant: ServiceVariant }
  | { readonly type: 'baseline'; readonly file: string };

/** The same service, but for this. */
export interface ServiceVariant {
  readonly env: Environment;
  /** Null: the service's own. */
  readonly command: string | null;
}

/** In the figure's own unit. At least one of the three is set. */
export interface FigureRule {
  /** Of two margins the larger one counts. */
  readonly absoluteMargin: number | null;
  /** As a fraction of the reference's median. */
  readonly relativeMargin: number | null;
  /** The candidate's median may not be above. */
  readonly budget: number | null;
}

export function hasMargin({ absoluteMargin, relativeMargin }: FigureRule): boolean {
  return absoluteMargin !== null || relativeMargin !== null;
}

export interface TrialSize {
  /** Under load, before the window. */
  readonly warmUpMillis: number;
  readonly measuredMillis: number;
}

/** Past one of these a trial is left out. */
export interface ValidityLimits {
  /** Of the window the service's main thread may be ready to run and without a core. */
  readonly maxStarvedRatio: number;
  readonly maxFailedRequestRatio: number;
  readonly minAchievedRateRatio: number;
  /** The load generator's own delay, at its p99. */
  readonly maxLatenessP99Millis: number;
  /** A process that only sleeps was kept waiting so long. */
  readonly maxStandstillMillis: number;
}

export const DEFAULTS = {
  readyTimeoutMillis: 30_000,
  method: 'GET',
  requestTimeoutMillis: 30_000,
  trial: { warmUpMillis: 2_000, measuredMillis: 6_000 },
  maxBlockCount: 20,
  timeBudgetMillis: 360_000,
  /** As in the lab, whose METHODOLOGY has the reasons; a service may refuse a request now and then. */
  validity: {
    maxStarvedRatio: 0.15,
    maxFailedRequestRatio: 0.01,
    minAchievedRateRatio: 0.95,
    maxLatenessP99Millis: 50,
    maxStandstillMillis: 250,
  },
  /** Where the config names no figures. */
  figures: { arrivalWeightedP99Millis: { absoluteMargin: 2, relativeMargin: 0.2, budget: null } },
} as const;
