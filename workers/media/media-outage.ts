/** So many uploads in a row that met a server out of order make an outage. */
const FAILURE_COUNT = 3;
const PAUSE_MILLIS = 30_000;

/**
 * Keeps media from holding up the spans: where Langfuse or its storage is out of order, every upload takes all its tries
 * or its whole time, and the chunk's export as long. In an outage one upload in a pause is tried.
 */
export class MediaOutage {
  readonly #nowMillis: () => number;
  #failureCount = 0;
  #pausedUntilMillis = 0;

  constructor(nowMillis = () => performance.now()) {
    this.#nowMillis = nowMillis;
  }

  /** Whether an upload may be tried; the pause begins anew with the one that may. */
  mayTry(): boolean {
    if (this.#failureCount < FAILURE_COUNT) return true;
    if (this.#nowMillis() < this.#pausedUntilMillis) return false;
    this.#pause();
    return true;
  }

  recordFailure(): void {
    this.#failureCount++;
    this.#pause();
  }

  /** Of an upload that found every server in order, whatever they said of the asset. */
  recordSuccess(): void {
    this.#failureCount = 0;
  }

  #pause(): void {
    this.#pausedUntilMillis = this.#nowMillis() + PAUSE_MILLIS;
  }
}
