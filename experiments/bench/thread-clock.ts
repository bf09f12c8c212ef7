import { readFileSync } from 'node:fs';

type ThreadCpuUsage = () => { readonly user: number; readonly system: number };

/** CPU time so far, in microseconds. */
export interface CpuTimes {
  readonly threadMicros: number;
  /** Of all threads. */
  readonly processMicros: number;
}

const SCHEDSTAT_PATH = '/proc/thread-self/schedstat';

/** Time on a core, then time ready to run without one, in nanoseconds. */
const SCHEDSTAT_LINE = /^(\d+) (\d+) /;

/**
 * Reads what the calling thread and its process have used.
 *
 * @throws {Error} where the system tells neither way.
 */
export function readCpuTimes(): CpuTimes {
  // The kernel brings a running thread's account up to date at its next tick, or when the thread sleeps.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  const { user, system } = process.cpuUsage();
  return { threadMicros: readThreadMicros(), processMicros: user + system };
}

/** How long the calling thread has been kept waiting for a core, in milliseconds; 0 where the system doesn't tell. */
export function readStarvedMillis(): number {
  return Number(readSchedstat()?.[2] ?? 0) / 1e6;
}

function readThreadMicros(): number {
  const schedstat = readSchedstat();
  if (schedstat) return Number(schedstat[1]) / 1_000;
  const { threadCpuUsage } = process as NodeJS.Process & { readonly threadCpuUsage?: ThreadCpuUsage };
  if (threadCpuUsage === undefined) {
    throw new Error(`expected ${SCHEDSTAT_PATH} or process.threadCpuUsage; run the benchmark on Linux or a newer Node`);
  }
  const { user, system } = threadCpuUsage.call(process);
  return user + system;
}

function readSchedstat(): RegExpExecArray | null {
  try {
    return SCHEDSTAT_LINE.exec(readFileSync(SCHEDSTAT_PATH, 'utf8'));
  } catch {
    return null;
  }
}
