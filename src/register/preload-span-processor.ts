import { WorkerSpanProcessor } from '../span-processor.js';

/**
 * Left alone when the SDK is shut down because the process ends: what it holds is then the exit handler's, which takes
 * `exitDrainTimeoutMillis` at the most, where a shutdown that waits takes `exportTimeoutMillis`.
 */
export class PreloadSpanProcessor extends WorkerSpanProcessor {
  #isLeftToExit = false;

  leaveToExit(): void {
    this.#isLeftToExit = true;
  }

  override shutdown(): Promise<void> {
    return this.#isLeftToExit ? Promise.resolve() : super.shutdown();
  }
}
