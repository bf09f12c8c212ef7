/** When an export must be over, its retries and halves included. */
export class Deadline {
  readonly timeoutMillis: number;
  readonly #endMillis: number;

  /** @param timeoutMillis From now on. */
  constructor(timeoutMillis: number) {
    this.timeoutMillis = timeoutMillis;
    this.#endMillis = performance.now() + timeoutMillis;
  }

  /** 0 once it has passed. */
  get remainingMillis(): number {
    return Math.max(0, this.#endMillis - performance.now());
  }
}
