// Preloaded into every thread of the probed program. It must not change what the program does: it keeps nothing alive,
// writes nothing to its streams, and gives up in silence.
import type { Cluster } from 'node:cluster';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { fstatSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// The program may replace the global ones.
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { isMainThread, threadId } from 'node:worker_threads';
import { monitorLoopDelay } from '../loop-delay/loop-delay-monitor.js';
import type { LoopDelaySnapshotJson } from '../loop-delay/loop-delay-snapshot.js';
import { RECORD_SUFFIX, readAttachUrl, type ThreadRecord } from './thread-record.js';

/** What a signal or a crash that runs no exit handler can cost. */
const FLUSH_INTERVAL_MILLIS = 1_000;
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** As `process.getActiveResourcesInfo()` names them. */
const SERVER_TYPE = 'TCPServerWrap';
const SOCKET_TYPES: readonly string[] = [SERVER_TYPE, 'TCPSocketWrap'];
const PIPE_TYPE = 'PipeWrap';
const CHILD_TYPE = 'ProcessWrap';
/** Its standard streams and a channel. */
const MAX_PIPES_PER_CHILD = 4;
/** Node.js tells by it of each connection that a server takes: of a cluster's worker too, and below TLS and HTTP/2. */
const ACCEPTED_CHANNEL = 'net.server.socket';

const { folder, untilUnixMillis } = readAttachUrl(new URL(import.meta.url));
/** Asked of the system: to look at the streams would open them. */
const standardPipeCount = [0, 1, 2].filter(isPipe).length;
/** Such a one holds no server as a rule: the cluster's primary listens, and hands connections over. */
const isClusterWorker = isMainThread && process.channel !== undefined && readCluster().isWorker;
const { now: readUnixMillis } = Date;
let recordCount = 0;
let acceptedCount = 0;
let lastAcceptedUnixMillis: number | null = null;

if (Date.now() < untilUnixMillis && leave(null)) measure();

function measure(): void {
  const monitor = monitorLoopDelay();
  const timer = setInterval(() => flush(), FLUSH_INTERVAL_MILLIS).unref();
  subscribe(ACCEPTED_CHANNEL, countAccepted);
  const remainingMillis = untilUnixMillis - Date.now();
  if (remainingMillis <= MAX_TIMER_MILLIS) setTimeout(finish, remainingMillis).unref();
  process.once('exit', finish);

  function flush(): void {
    // The folder is gone: the probe has ended, and this process outlived it.
    if (leave(monitor.snapshot().toJSON())) monitor.reset();
    else end();
  }

  function end(): void {
    clearInterval(timer);
    process.off('exit', finish);
    unsubscribe(ACCEPTED_CHANNEL, countAccepted);
    monitor.stop();
  }

  function finish(): void {
    leave(monitor.snapshot().toJSON());
    end();
  }
}

/** Only where it may matter: to import it would load it into every process. */
function readCluster(): Cluster {
  return process.getBuiltinModule('node:cluster' as string) as Cluster;
}

function countAccepted(): void {
  acceptedCount += 1;
  lastAcceptedUnixMillis = readUnixMillis();
}

function hasSockets(types: readonly string[]): boolean {
  // Its standard streams are pipes too, as soon as it has printed, and what it reads of its children: a launcher's as well.
  const otherPipeCount = standardPipeCount + count(types, CHILD_TYPE) * MAX_PIPES_PER_CHILD;
  return types.some((type) => SOCKET_TYPES.includes(type)) || count(types, PIPE_TYPE) > otherPipeCount;
}

function count(types: readonly string[], wanted: string): number {
  return types.filter((type) => type === wanted).length;
}

function isPipe(fileDescriptor: number): boolean {
  try {
    const status = fstatSync(fileDescriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

/** At once, not when the loop gets to it: the process may end any moment. */
function leave(snapshot: LoopDelaySnapshotJson | null): boolean {
  const types = process.getActiveResourcesInfo();
  const record: ThreadRecord = {
    pid: process.pid,
    threadId,
    argv: process.argv,
    // What a cluster's worker serves comes to it over a pipe, which does not tell one from its standard streams.
    hasSockets: isClusterWorker || hasSockets(types),
    hasServer: types.includes(SERVER_TYPE),
    clusterPrimaryPid: isClusterWorker ? process.ppid : null,
    accepted: { count: acceptedCount, lastUnixMillis: lastAcceptedUnixMillis },
    snapshot,
  };
  const path = join(folder, `${process.pid}-${threadId}-${recordCount}`);
  recordCount += 1;
  try {
    writeFileSync(path, JSON.stringify(record), { mode: 0o600 });
    renameSync(path, `${path}${RECORD_SUFFIX}`);
    return true;
  } catch {
    return false;
  }
}
