const INTERVAL_MILLIS = 1_000;

/**
 * Says how many spans have come, once a second where more have.
 *
 * @param readCount since the last reset.
 * @returns what ends it, and says what came last.
 */
export function sayCounts(readCount: () => number, say: (line: string) => void): () => void {
  let toldCount = 0;
  const sayMore = () => {
    const count = readCount();
    // Taken back to 0 by whoever controls it.
    const moreCount = count < toldCount ? count : count - toldCount;
    toldCount = count;
    if (moreCount > 0) say(`${moreCount} ${moreCount === 1 ? 'span' : 'spans'} came, ${count} in all`);
  };
  const timer = setInterval(sayMore, INTERVAL_MILLIS);
  return () => {
    clearInterval(timer);
    sayMore();
  };
}
