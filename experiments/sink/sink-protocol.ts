import type { SinkErrorCode } from './sink-error.js';

/** What a forked sink tells its parent. */
export type SinkMessage =
  | { readonly type: 'listening'; readonly url: string; readonly tracesUrl: string; readonly controlUrl: string }
  | { readonly type: 'failed'; readonly code: SinkErrorCode; readonly message: string };
