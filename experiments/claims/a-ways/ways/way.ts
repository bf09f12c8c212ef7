import type { AnswerTurn } from '../turn.js';

export interface WaySettings {
  readonly modelServerUrl: string;
  /** Of the stand-in for Langfuse. */
  readonly baseUrl: string;
  /** False where the service is to be the same without the instrumentation. */
  readonly isTraced: boolean;
  /** False where what was made is dropped. Spans are not this way's matter: their provider is there before it. */
  readonly isExported: boolean;
}

export interface StartedWay {
  readonly answer: AnswerTurn;
  /** Delivers or drops what the way itself holds back; tells what it has dropped so far, which is never a span. */
  readonly settle: () => Promise<{ readonly droppedEventCount: number }>;
}

/** What each module of this folder exports as `start`; it loads what the way needs and nothing else. */
export type StartWay = (settings: WaySettings) => StartedWay;

/** Of a way that makes nothing but spans, each ended with what it traces. */
export const NOTHING_HELD_BACK: StartedWay['settle'] = async () => ({ droppedEventCount: 0 });
