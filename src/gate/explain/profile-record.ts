import type { CollectionKind } from './explanation.js';

/** What the profiled process leaves for the gate. Times are Unix milliseconds, all by the one clock of the process. */
export type ProfileRecord = TakenProfile | { readonly status: 'failed'; readonly reason: string };

export interface TakenProfile {
  readonly status: 'taken';
  readonly nodes: readonly ProfileNode[];
  /** By the id of the node that ran, in order of time. */
  readonly samples: readonly ProfileSample[];
  /** Ends of turns of the loop, but for those of a run of short ones. */
  readonly turnEndsUnixMillis: readonly number[];
  readonly collections: readonly Collection[];
  readonly requests: readonly OutgoingRequest[];
}

export type ProfileSample = readonly [nodeId: number, unixMillis: number];

/** A function as it was called: one function called from two places is two nodes. */
export interface ProfileNode {
  readonly id: number;
  readonly functionName: string;
  /** Empty for what V8 itself provides. */
  readonly url: string;
  /** Where the function begins, from 1; 0 where that is not known. */
  readonly line: number;
  readonly childIds: readonly number[];
}

export interface Collection {
  readonly kind: CollectionKind;
  readonly startUnixMillis: number;
  readonly durationMillis: number;
}

export interface OutgoingRequest {
  readonly startUnixMillis: number;
  readonly target: string;
  readonly isTelemetry: boolean;
}

export const SAMPLING_INTERVAL_MILLIS = 1;

const FOLDER_PARAMETER = 'folder';

/** What to preload; see thread-record.ts of the probe. */
export function writeProfilerUrl(folder: string): URL {
  const url = new URL('./profile-service.js', import.meta.url);
  url.searchParams.set(FOLDER_PARAMETER, folder);
  return url;
}

export function readProfilerUrl(url: URL): string {
  return url.searchParams.get(FOLDER_PARAMETER) ?? '';
}

/** The gate leaves it when the window is over. */
export function nameProfileRequest(pid: number): string {
  return `${pid}.profile-wanted`;
}

export function nameProfile(pid: number): string {
  return `${pid}.profile`;
}
