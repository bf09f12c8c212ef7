import { startLangfuseServerProcess } from '../langfuse-server/langfuse-server-process.js';
import type { ApplicationName } from '../service/applications.js';
import type { SinkClient } from '../sink/client.js';
import { startSinkProcess } from '../sink/sink-process.js';
import type { SinkReport } from '../sink/sink-report.js';
import type { ExportMoment } from './trial-record.js';

/** Where the arms of a run send to, in a process of its own. */
export interface SpanReceiver {
  readonly url: string;
  /** Forgets all that came. */
  reset(): Promise<void>;
  report(): Promise<Received>;
  stop(): Promise<void>;
}

export interface Received {
  readonly spans: SinkReport['spans'];
  /** Uploads that were stored; null where the receiver takes none. */
  readonly mediaCount: number | null;
  /** Every request with spans, in order. */
  readonly exports: readonly ExportMoment[];
}

/** More than any arm sends in a trial; the receiver keeps the last so many. */
const MAX_EXPORT_COUNT = 10_000;

/** 512 spans of 200 kB, twice over: no arm may lose spans because it sends them in large requests. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Bodies are decoded when the report is asked for, so that the receiver takes little CPU from the service. */
export async function startSpanReceiver(application: ApplicationName = 'chat'): Promise<SpanReceiver> {
  if (application === 'observations') return startLangfuseReceiver();
  const { url, client, stop } = await startSinkProcess({
    decode: 'deferred',
    maxKeptRequestCount: MAX_EXPORT_COUNT,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const report = async () => ({
    spans: (await client.report()).spans,
    mediaCount: null,
    exports: await listExports(client),
  });
  return { url, reset: () => client.reset(), report, stop };
}

/** Media are hashed and counted as they come, and not kept. */
async function startLangfuseReceiver(): Promise<SpanReceiver> {
  const { url, client, stop } = await startLangfuseServerProcess({
    decode: 'deferred',
    maxKeptSpanCount: 0,
    maxKeptRequestCount: MAX_EXPORT_COUNT,
    maxKeptBytes: 0,
  });
  const report = async () => {
    const { traces, media } = await client.report();
    return { spans: traces.spans, mediaCount: media.uploadCount, exports: await listExports(client.traces) };
  };
  return { url, reset: () => client.reset(), report, stop };
}

async function listExports(client: SinkClient): Promise<ExportMoment[]> {
  const requests = await client.requests();
  return requests.map(({ receivedAtUnixMillis, wireBytes }) => ({ receivedAtUnixMillis, wireByteLength: wireBytes }));
}
