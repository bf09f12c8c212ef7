import type { ArmName } from '../arms/index.js';
import type { Measured } from './measurement.js';

/** What the runner tells the service under test. Closing the channel ends the service at once. */
export type ServiceCommand =
  | { readonly type: 'start-measuring' }
  | { readonly type: 'stop-measuring' }
  /** Close the server, flush, shut down, report, exit 0. */
  | { readonly type: 'finish' };

/** What the service answers, in the order of its life. */
export type ServiceReport = ServiceReady | ServiceMeasuring | ServiceMeasured | ServiceFinished;

export interface ServiceReady {
  readonly type: 'ready';
  readonly arm: ArmName;
  /** Where it listens, without a path. */
  readonly url: string;
}

/** The window is open: everything from here on counts. */
export interface ServiceMeasuring {
  readonly type: 'measuring';
}

export interface ServiceMeasured extends Measured {
  readonly type: 'measured';
}

export interface ServiceFinished {
  readonly type: 'finished';
  /** Sampled spans that ended, warm-up included. */
  readonly madeSpanCount: number;
  /** Images that were put into spans, warm-up included. Missing in files of older runs. */
  readonly madeMediaCount?: number;
  readonly droppedSpanCount: number;
  readonly failedSpanCount: number;
  /** How long `forceFlush` took after the server was closed. */
  readonly flushMillis: number;
  readonly shutdownMillis: number;
  /** Why `forceFlush` or `shutdown` rejected, if it did. */
  readonly errors: readonly string[];
}

/** The body of `POST /chat`. */
export interface ChatRequest {
  readonly conversationId: string;
  readonly userId: string;
  /** A language of `experiments/text`. */
  readonly language: string;
  /** The user's question. @default a sentence of the declaration */
  readonly message?: string;
  /** The prompt is filled up with articles to this length. 200 to 1,000,000. */
  readonly promptCharacters: number;
  /** The length of the answer. 1 to 1,000,000. */
  readonly completionCharacters: number;
  /** The question comes with an image of so many bytes. Only the application `observations` takes one. */
  readonly imageByteLength?: number;
}

/** The answer to `POST /chat`. */
export interface ChatAnswer {
  readonly conversationId: string;
  /** How many questions of the conversation were answered, this one included. */
  readonly turnCount: number;
  readonly answer: string;
  readonly model: string;
  readonly inputTokenCount: number;
  readonly outputTokenCount: number;
  /** The articles of the declaration that the prompt was made from. */
  readonly articleNumbers: readonly number[];
}
