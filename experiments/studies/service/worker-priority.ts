import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const THREADS = '/proc/self/task';
/** What a settling process may take until no more threads appear. */
const SETTLE_MILLIS = 50;

/**
 * Starts something that starts one worker thread, and gives that thread another scheduling priority.
 *
 * From outside, because offloop has no option for it; what a thread does to itself by nice(2) is the same. Linux only.
 *
 * @throws {Error} when not exactly one thread was started.
 */
export async function startWithWorkerNice<Started>(nice: number, start: () => Promise<Started>): Promise<Started> {
  // Loaded modules have libuv start its own threads; they must not be taken for the worker.
  await delay(SETTLE_MILLIS);
  const before = new Set(readdirSync(THREADS));
  const started = await start();
  await delay(SETTLE_MILLIS);
  const threads = readdirSync(THREADS).filter((thread) => !before.has(thread));
  if (threads.length !== 1) throw new Error(`expected one new thread, a worker, got ${threads.length}`);
  setPriority(Number(threads[0]), nice);
  return started;
}
