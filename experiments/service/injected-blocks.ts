/** Blocks of known length that the service makes on purpose: the positive control of a measurement. */
export interface InjectedBlocks {
  readonly lengthMillis: number;
  readonly ratePerSecond: number;
}

const MILLIS_PER_SECOND = 1_000;

/** Blocks the calling thread's loop for `lengthMillis` at even intervals, in a timer, until the process ends. */
export function injectBlocks({ lengthMillis, ratePerSecond }: InjectedBlocks): void {
  setInterval(() => {
    const endMillis = performance.now() + lengthMillis;
    while (performance.now() < endMillis) {
      // The loop is blocked by running, as a serializer blocks it; a sleeping thread would free its core.
    }
  }, MILLIS_PER_SECOND / ratePerSecond).unref();
}
