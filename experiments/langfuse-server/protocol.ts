import type { RequestReport, SinkReport } from '../sink/sink-report.js';
import type { IngestionReport } from './ingestion-ledger.js';
import type { MediaReport } from './media-store.js';

/** What the server tells the process that forked it. It takes no messages: closing the channel ends it. */
export interface LangfuseServerListening {
  readonly type: 'listening';
  /** The SDKs' `baseUrl`. */
  readonly url: string;
  /** Where {@link LangfuseServerClient} connects to. */
  readonly controlUrl: string;
}

/** Beside the traces, which behave and are asked as a sink. */
export const ENDPOINT_NAMES = ['ingestion', 'mediaUrl', 'mediaUpload', 'mediaStatus'] as const;

/**
 * `ingestion`: `POST /api/public/ingestion`; `mediaUrl`: `POST /api/public/media`; `mediaUpload`: the `PUT` to the URL
 * that answers; `mediaStatus`: `PATCH /api/public/media/{mediaId}`.
 */
export type EndpointName = (typeof ENDPOINT_NAMES)[number];

/** What was counted since the server started or was last reset. */
export interface LangfuseReport {
  readonly traces: SinkReport;
  readonly requests: Readonly<Record<EndpointName, RequestReport>>;
  /** Requests answered 401, traces among them; they count nowhere else. */
  readonly unauthorizedCount: number;
  readonly ingestion: IngestionReport;
  readonly media: MediaReport;
}
