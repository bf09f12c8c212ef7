import type { ThreadRecord } from '../../probe/thread-record.js';
import type { ReadyCondition } from '../config/gate-config.js';

/** What came to a service from outside. */
export interface Connections {
  /** Whether a process that is measured listens on a TCP port, or its cluster's primary does for it. */
  readonly hasServer: boolean;
  /** When the last one came to any of its processes, a proxy before the measured one too; null where none did. */
  readonly lastUnixMillis: number | null;
  /** Of all processes of the service, since each was started. */
  readonly totalCount: number;
}

type ThreadConnections = Pick<ThreadRecord, 'pid' | 'clusterPrimaryPid' | 'hasServer' | 'accepted'> & {
  readonly startUnixMillis: number;
};

/** What the threads of a service told last: each counts from its start. */
export class ConnectionLog {
  readonly #threads = new Map<string, ThreadConnections>();

  add({ pid, threadId, clusterPrimaryPid, hasServer, accepted, snapshot }: ThreadRecord): void {
    const key = `${pid} ${threadId}`;
    const startUnixMillis = snapshot?.startedAtUnixMillis ?? 0;
    // Records are read in no certain order.
    if (startUnixMillis < (this.#threads.get(key)?.startUnixMillis ?? 0)) return;
    this.#threads.set(key, { pid, clusterPrimaryPid, hasServer, accepted, startUnixMillis });
  }

  /** @param pids of the processes that are measured */
  read(pids: ReadonlySet<number>): Connections {
    const threads = [...this.#threads.values()];
    const primaryPids = threads.flatMap(({ pid, clusterPrimaryPid }) =>
      pids.has(pid) ? (clusterPrimaryPid ?? []) : [],
    );
    const listening = new Set([...pids, ...primaryPids]);
    const arrivals = threads.flatMap(({ accepted }) => accepted.lastUnixMillis ?? []);
    return {
      hasServer: threads.some(({ pid, hasServer }) => hasServer && listening.has(pid)),
      lastUnixMillis: arrivals.length === 0 ? null : Math.max(...arrivals),
      totalCount: threads.reduce((sum, { accepted }) => sum + accepted.count, 0),
    };
  }
}

/** Whether anybody but the gate itself connected since the load began. */
export function isReached(
  { lastUnixMillis, totalCount }: Connections,
  loadStartUnixMillis: number,
  ready: Pick<ReadyCondition, 'type'>,
): boolean {
  if (lastUnixMillis === null || lastUnixMillis <= loadStartUnixMillis) return false;
  // The system takes a connection before the service does: that of the ready check, one in all, may come as late as that.
  return ready.type !== 'port' || totalCount > 1;
}
