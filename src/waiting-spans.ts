import type { ReadableSpan } from './wire/readable-span.js';

/** A span of which something is still being made, such as a value that an asynchronous function masks. */
export interface UnreadySpan {
  /** About as much memory as it holds. */
  readonly byteLength: number;
  /** Resolves with the span; never rejects. */
  readonly ready: Promise<ReadableSpan>;
  /** The span as it may leave on the spot, for a process that exits. Then nothing of it changes any more. */
  finishNow(): ReadableSpan;
}

/** Spans that are counted as accepted and can't be encoded yet. */
export class WaitingSpans {
  /** Each promise resolves with whether the span was taken; none rejects. */
  readonly #waiting = new Map<UnreadySpan, Promise<boolean>>();
  readonly #take: (span: ReadableSpan) => boolean;
  #byteLength = 0;

  /** @param take Gets each span once, when it is ready or has to be. */
  constructor(take: (span: ReadableSpan) => boolean) {
    this.#take = take;
  }

  get spanCount(): number {
    return this.#waiting.size;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  add(unready: UnreadySpan): void {
    this.#byteLength += unready.byteLength;
    this.#waiting.set(
      unready,
      // One that an exit took meanwhile has been told of already.
      unready.ready.then((span) => !this.#remove(unready) || this.#take(span)),
    );
  }

  /** Resolves when those that wait now are taken. @returns how many were not */
  async settled(): Promise<number> {
    const taken = await Promise.all(this.#waiting.values());
    return taken.filter((isTaken) => !isTaken).length;
  }

  /** Takes all of them as they are. */
  finishNow(): void {
    for (const unready of this.#waiting.keys()) if (this.#remove(unready)) this.#take(unready.finishNow());
  }

  /** Forgets them. @returns how many there were */
  abandon(): number {
    const spanCount = this.#waiting.size;
    this.#waiting.clear();
    this.#byteLength = 0;
    return spanCount;
  }

  #remove(unready: UnreadySpan): boolean {
    const isWaiting = this.#waiting.delete(unready);
    if (isWaiting) this.#byteLength -= unready.byteLength;
    return isWaiting;
  }
}
