import { readFileSync } from 'node:fs';

/** What the scheduler gave the calling thread since it started. Null where the system doesn't say. */
export interface ThreadTimes {
  /** On a core. */
  readonly cpuMillis: number | null;
  /** Ready to run, and waiting for a core: starved rather than blocked. */
  readonly runnableMillis: number | null;
}

type ThreadCpuUsage = () => { readonly user: number; readonly system: number };

/** Linux only. Nanoseconds on a core, nanoseconds runnable without one, number of time slices. */
const SCHEDSTAT_PATH = '/proc/thread-self/schedstat';

/** Reads the calling thread's times; the file gives both, `process.threadCpuUsage` (newer Node) the first elsewhere. */
export function readThreadTimes(): ThreadTimes {
  const schedstat = parseSchedstat(readText(SCHEDSTAT_PATH));
  if (schedstat) return schedstat;
  const { threadCpuUsage } = process as NodeJS.Process & { readonly threadCpuUsage?: ThreadCpuUsage };
  if (!threadCpuUsage) return { cpuMillis: null, runnableMillis: null };
  const { user, system } = threadCpuUsage.call(process);
  return { cpuMillis: (user + system) / 1_000, runnableMillis: null };
}

/** What passed between two readings. */
export function subtractThreadTimes(end: ThreadTimes, start: ThreadTimes): ThreadTimes {
  return {
    cpuMillis: subtractKnown(end.cpuMillis, start.cpuMillis),
    runnableMillis: subtractKnown(end.runnableMillis, start.runnableMillis),
  };
}

/** Null when the text is not a schedstat line, as on a kernel built without scheduler statistics. */
export function parseSchedstat(text: string | null): ThreadTimes | null {
  const match = /^(\d+) (\d+) \d+\s*$/.exec(text ?? '');
  if (!match) return null;
  const [cpuMillis, runnableMillis] = [Number(match[1]) / 1e6, Number(match[2]) / 1e6];
  return cpuMillis > 0 ? { cpuMillis, runnableMillis } : null;
}

function subtractKnown(end: number | null, start: number | null): number | null {
  return end === null || start === null ? null : end - start;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
