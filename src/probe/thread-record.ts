import type { LoopDelaySnapshotJson } from '../loop-delay/loop-delay-snapshot.js';

/** What a probed thread leaves in the probe's folder: its name at the start, then a window of measurement at a time. */
export interface ThreadRecord {
  readonly pid: number;
  /** 0 is a process's main thread. */
  readonly threadId: number;
  readonly argv: readonly string[];
  /** Whether the thread keeps a server, a socket or a pipe open, but for its standard streams. */
  readonly hasSockets: boolean;
  /** Whether the thread itself listens on a TCP port. */
  readonly hasServer: boolean;
  /** Of a cluster's worker the process that listens for it; else null. */
  readonly clusterPrimaryPid: number | null;
  /** Connections that came to the thread's servers since it started. */
  readonly accepted: AcceptedConnections;
  /** Null where nothing was measured yet. */
  readonly snapshot: LoopDelaySnapshotJson | null;
}

interface AcceptedConnections {
  readonly count: number;
  /** Of the last one; null before the first. */
  readonly lastUnixMillis: number | null;
}

/** Until it is whole a record has another name. */
export const RECORD_SUFFIX = '.json';

const FOLDER_PARAMETER = 'folder';
const UNTIL_PARAMETER = 'until';

export interface AttachSettings {
  readonly folder: string;
  /** Unix time after which nothing is measured any more. */
  readonly untilUnixMillis: number;
}

/** What to preload. The settings ride on the module's URL: a worker thread may have an environment of its own. */
export function writeAttachUrl({ folder, untilUnixMillis }: AttachSettings): URL {
  const url = new URL('./attach.js', import.meta.url);
  url.searchParams.set(FOLDER_PARAMETER, folder);
  if (Number.isFinite(untilUnixMillis)) url.searchParams.set(UNTIL_PARAMETER, String(untilUnixMillis));
  return url;
}

export function readAttachUrl(url: URL): AttachSettings {
  const until = url.searchParams.get(UNTIL_PARAMETER);
  return {
    folder: url.searchParams.get(FOLDER_PARAMETER) ?? '',
    untilUnixMillis: until === null ? Number.POSITIVE_INFINITY : Number(until),
  };
}
