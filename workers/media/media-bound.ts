import type { Deadline } from '../deadline.js';

interface Waiting {
  readonly amount: number;
  readonly proceed: (isTaken: boolean) => void;
}

/** Gives out so much of something and no more, in the order in which it was asked for. */
export class Bound {
  readonly #max: number;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Waits until there is room for `amount`; what is larger than the whole has to itself all there is.
   *
   * @returns false, with nothing taken, when the deadline came first.
   */
  take(amount: number, deadline: Deadline): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(false);
        // What waited behind it may need less.
        this.#admit();
      }, deadline.remainingMillis);
      const waiting: Waiting = {
        amount,
        proceed: (isTaken) => {
          clearTimeout(timer);
          resolve(isTaken);
        },
      };
      this.#waiting.add(waiting);
      this.#admit();
    });
  }

  give(amount: number): void {
    this.#taken -= amount;
    this.#admit();
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (this.#taken > 0 && this.#taken + waiting.amount > this.#max) return;
      this.#waiting.delete(waiting);
      this.#taken += waiting.amount;
      waiting.proceed(true);
    }
  }
}
