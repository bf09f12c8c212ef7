import { replySignal } from './reply-signal.js';

/** Something that still holds spans when its process exits. */
export interface ExitDrainable {
  /** Sends all it holds. @returns how long the process may be held for it from now on, in milliseconds */
  startExitDrain(): number;
  /** Takes what has come back, without the event loop. @returns whether something is still on its way */
  continueExitDrain(): boolean;
  /** The time is over. */
  giveUpExitDrain(): void;
}

/** A worker may end without a word, and is then replaced: looked for so often. */
const LOOK_MILLIS = 100;

const drainables = new Set<ExitDrainable>();

/** From now on what it holds is delivered when the process exits, until {@link removeExitDrain}. */
export function addExitDrain(drainable: ExitDrainable): void {
  // One handler for all: Node warns of a leak from the eleventh on.
  if (drainables.size === 0) process.on('exit', drainBeforeExit);
  drainables.add(drainable);
}

export function removeExitDrain(drainable: ExitDrainable): void {
  drainables.delete(drainable);
  if (drainables.size === 0) process.off('exit', drainBeforeExit);
}

/**
 * Waits, on the spot, until everything has been delivered or each one's time is over. No event loop runs meanwhile: the
 * workers have their own, and wake this thread by {@link replySignal}.
 */
export function drainBeforeExit(): void {
  const startMillis = performance.now();
  const open = new Map<ExitDrainable, number>();
  for (const drainable of drainables) open.set(drainable, drainable.startExitDrain());
  while (true) {
    // Read before looking: a reply that comes while we look ends the wait at once.
    const seenCount = Atomics.load(replySignal, 0);
    const elapsedMillis = performance.now() - startMillis;
    let remainingMillis = Number.POSITIVE_INFINITY;
    for (const [drainable, timeoutMillis] of open) {
      if (!drainable.continueExitDrain()) open.delete(drainable);
      else if (elapsedMillis >= timeoutMillis) {
        open.delete(drainable);
        drainable.giveUpExitDrain();
      } else remainingMillis = Math.min(remainingMillis, timeoutMillis - elapsedMillis);
    }
    if (open.size === 0) return;
    Atomics.wait(replySignal, 0, seenCount, Math.min(remainingMillis, LOOK_MILLIS));
  }
}
