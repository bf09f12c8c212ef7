/**
 * How many exports an exporter has under way. Those past its bound wait, in the order they came.
 *
 * The main thread sends no more than the bound; but an export whose time is over still runs, and what hooks make of one chunk
 * may be several.
 */
export class ExportTurns {
  readonly #maxCount: number;
  readonly #waiting = new Set<(answer: TurnAnswer) => void>();
  #takenCount = 0;
  #isClosed = false;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves once it is the caller's turn, which {@link giveBack} ends; or else with why it is not. */
  take(timeoutMillis: number): Promise<TurnAnswer> {
    if (this.#isClosed) return Promise.resolve('closed');
    if (this.#takenCount < this.#maxCount) {
      this.#takenCount += 1;
      return Promise.resolve('taken');
    }
    return new Promise((resolve) => {
      const answer = (turn: TurnAnswer) => {
        clearTimeout(timer);
        this.#waiting.delete(answer);
        resolve(turn);
      };
      const timer = setTimeout(() => answer('late'), timeoutMillis);
      this.#waiting.add(answer);
    });
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#takenCount -= 1;
    else next('taken');
  }

  /** Sends away all who wait, and who come later. */
  close(): void {
    this.#isClosed = true;
    for (const answer of this.#waiting) answer('closed');
  }
}

/** `late`: there was none within the time. `closed`: there will be none any more. */
export type TurnAnswer = 'taken' | 'late' | 'closed';
