/** What is to be flushed before a signal takes its course. Never rejects. */
export type Flush = () => Promise<void>;

const flushesBySignal = new Map<NodeJS.Signals, Set<Flush>>();

/**
 * Flushes when one of the signals arrives, while the event loop goes on. Where nobody else listens to the signal, the
 * process then ends by it, as it would have without us; else that is the other listeners' business, as always.
 *
 * @returns Takes it back.
 */
export function flushOnSignals(signals: readonly NodeJS.Signals[], flush: Flush): () => void {
  for (const signal of signals) {
    let flushes = flushesBySignal.get(signal);
    if (flushes === undefined) {
      flushes = new Set();
      flushesBySignal.set(signal, flushes);
      // First, or a listener for once would be gone when we ask whether we are alone.
      process.prependListener(signal, onSignal);
    }
    flushes.add(flush);
  }
  return () => {
    for (const signal of signals) {
      const flushes = flushesBySignal.get(signal);
      if (flushes?.delete(flush) && flushes.size === 0) {
        flushesBySignal.delete(signal);
        process.off(signal, onSignal);
      }
    }
  };
}

async function onSignal(signal: NodeJS.Signals): Promise<void> {
  const isAlone = process.listenerCount(signal) === 1;
  await Promise.all([...(flushesBySignal.get(signal) ?? [])].map((flush) => flush()));
  if (!isAlone) return;
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}
