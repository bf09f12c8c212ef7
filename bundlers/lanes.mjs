/** Does `work` with each of the items, in their order, so many at a time. Rejects as soon as one of them does. */
export async function runInLanes(laneCount, items, work) {
  const queue = [...items];
  const drainQueue = async () => {
    while (queue.length > 0) await work(queue.shift());
  };
  await Promise.all(Array.from({ length: laneCount }, drainQueue));
}
