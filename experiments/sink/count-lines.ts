import type { SinkReport } from './sink-report.js';

const INTERVAL_MILLIS = 1_000;

/** Says how many spans have come, once a second where more have. @returns what ends it. */
export function sayCounts(sink: { report(): Promise<SinkReport> }, say: (line: string) => void): () => void {
  let toldCount = 0;
  const timer = setInterval(async () => {
    const { receivedCount } = (await sink.report()).spans;
    // Taken back to 0 by whoever controls it.
    const moreCount = receivedCount - toldCount;
    if (moreCount > 0) say(`${moreCount} ${moreCount === 1 ? 'span' : 'spans'} came, ${receivedCount} in all`);
    toldCount = receivedCount;
  }, INTERVAL_MILLIS);
  return () => clearInterval(timer);
}
