import { readlinkSync, stat } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

const MAX_NICE = 19;

/** Adds to the nice value of the thread that calls it, and of no other. Only Linux has one for each thread. */
export function lowerThreadPriority(niceIncrement: number): void {
  if (niceIncrement === 0 || process.platform !== 'linux') return;
  // Threads inherit from the one that starts them: the pool that the service shares must be there before.
  stat('/', () => {});
  try {
    const threadId = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(threadId, Math.min(MAX_NICE, getPriority(threadId) + niceIncrement));
  } catch {
    // A sandbox may have no /proc, or refuse it: spans are exported at the priority that there is.
  }
}
