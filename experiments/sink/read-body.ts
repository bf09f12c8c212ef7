import type { IncomingMessage } from 'node:http';

export type ReadBody =
  | { readonly status: 'read'; readonly bytes: Buffer }
  | { readonly status: 'too-large' }
  | { readonly status: 'aborted' };

/**
 * Reads a request's body. Of one past the limit the rest is received and thrown away: a connection closed on a client
 * that is still writing would show it a reset in place of the answer.
 */
export function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let byteCount = 0;
    request.on('data', (chunk: Buffer) => {
      byteCount += chunk.byteLength;
      if (byteCount <= maxBodyBytes) {
        chunks.push(chunk);
      } else {
        chunks = [];
        resolve({ status: 'too-large' });
      }
    });
    request.once('end', () => resolve({ status: 'read', bytes: Buffer.concat(chunks) }));
    // Not every abort emits an error, but one without a listener would bring the sink down.
    request.once('error', () => resolve({ status: 'aborted' }));
    request.once('close', () => resolve({ status: 'aborted' }));
  });
}
