import type { HookSettings, HookSpan, MaskFailureKind, MaskRequest } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import { Deadline } from '../deadline.js';
import { limitTime } from '../time-limit.js';
import { toHookSpan } from './hook-span.js';
import { listMaskable, type MaskableValue } from './maskable-values.js';

type Mask = (request: MaskRequest) => unknown;

export interface MaskFailures {
  readonly count: number;
  /** Unset where there is none. */
  readonly first: MaskFailureKind | undefined;
}

interface MaskableSpan {
  readonly span: HookSpan;
  readonly values: readonly MaskableValue[];
}

/**
 * Masks the spans of a chunk in place, once. Every value is the placeholder from the start and becomes what the mask
 * answers: so whatever goes wrong, and wherever, what was there before is gone.
 */
export class ChunkMasking {
  readonly #mask: Mask;
  readonly #settings: HookSettings;
  readonly #deadline: Deadline;
  #unansweredCount = 0;
  #failureCount = 0;
  #firstFailure: MaskFailureKind | undefined;
  #isOver = false;

  constructor(mask: Mask, settings: HookSettings, timeoutMillis: number) {
    this.#mask = mask;
    this.#settings = settings;
    this.#deadline = new Deadline(timeoutMillis);
  }

  /** Values of one span are masked in turn, spans beside each other. Never rejects; later answers are ignored. */
  async run(spans: readonly DecodedSpan[]): Promise<MaskFailures> {
    const maskable = spans.map((span) => this.#cover(span));
    const masked = Promise.all(maskable.map((span) => this.#maskInTurn(span)));
    await limitTime<unknown>(masked, this.#deadline.remainingMillis, () => undefined);
    this.#isOver = true;
    if (this.#unansweredCount > 0) this.#fail('timed_out', this.#unansweredCount);
    return { count: this.#failureCount, first: this.#firstFailure };
  }

  #cover(decoded: DecodedSpan): MaskableSpan {
    const span = toHookSpan(decoded);
    const values = listMaskable(decoded, this.#settings);
    for (const { holder, field } of values) holder[field] = this.#settings.placeholder;
    this.#unansweredCount += values.length;
    return { span, values };
  }

  async #maskInTurn({ span, values }: MaskableSpan): Promise<void> {
    for (const maskable of values) {
      // By the clock, since masks that don't wait leave the timer no chance.
      if (this.#isOver || this.#deadline.remainingMillis === 0) return;
      const { key, value } = maskable;
      let failure: MaskFailureKind = 'threw';
      try {
        let answer = this.#mask({ key, value, span });
        if (isThenable(answer)) {
          failure = 'rejected';
          answer = await answer;
          if (this.#isOver) return;
        }
        this.#answer(maskable, answer);
      } catch {
        // Not the error: it may quote what it was to hide.
        if (this.#isOver) return;
        this.#unansweredCount -= 1;
        this.#fail(failure, 1);
      }
    }
  }

  #answer({ holder, field, isText }: MaskableValue, answer: unknown): void {
    holder[field] = isText && typeof answer !== 'string' ? undefined : answer;
    this.#unansweredCount -= 1;
  }

  #fail(kind: MaskFailureKind, count: number): void {
    this.#failureCount += count;
    this.#firstFailure ??= kind;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
