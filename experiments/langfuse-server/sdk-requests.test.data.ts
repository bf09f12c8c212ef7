import { createHash } from 'node:crypto';

/** As `Basic` of any public and secret key. */
export const CREDENTIALS = `Basic ${Buffer.from('pk-lf-test:sk-lf-test').toString('base64')}`;

/** A request as both SDKs send it: JSON with credentials. */
export function sendJson(url: string, method: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: CREDENTIALS };
  return fetch(url, { method, headers, body: JSON.stringify(body) });
}

export function postBatch(url: string, ...batch: unknown[]): Promise<Response> {
  const metadata = { batch_size: batch.length, sdk_name: 'langfuse-js', public_key: 'pk-lf-test' };
  return sendJson(`${url}/api/public/ingestion`, 'POST', { batch, metadata });
}

/** An event as the SDK before OpenTelemetry queues it. */
export function makeEvent(id: string, fields: object = {}): object {
  const body = { id: `body-${id}`, name: 'hỏi đáp' };
  return { id, type: 'trace-create', timestamp: '2026-01-02T03:04:05.678Z', body, ...fields };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** What an SDK asks before it uploads. */
export function makeMediaRequest(bytes: Uint8Array, fields: object = {}): object {
  return {
    contentLength: bytes.byteLength,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    observationId: 'b7ad6b7169203331',
    field: 'input',
    contentType: 'image/png',
    sha256Hash: sha256(bytes),
    ...fields,
  };
}

export async function requestUpload(
  url: string,
  bytes: Uint8Array,
  fields?: object,
): Promise<{ mediaId: string; uploadUrl: string | null }> {
  const response = await sendJson(`${url}/api/public/media`, 'POST', makeMediaRequest(bytes, fields));
  return response.json() as Promise<{ mediaId: string; uploadUrl: string | null }>;
}

/** An upload with the headers that a presigned URL asks for. */
export function putMedia(uploadUrl: string, bytes: Uint8Array<ArrayBuffer>, headers: object = {}): Promise<Response> {
  const signed = { 'content-type': 'image/png', 'x-amz-checksum-sha256': sha256(bytes), 'x-ms-blob-type': 'BlockBlob' };
  return fetch(uploadUrl, { method: 'PUT', body: bytes, headers: { ...signed, ...headers } });
}

export function confirmUpload(url: string, mediaId: string, uploadHttpStatus = 200): Promise<Response> {
  const status = { uploadedAt: new Date().toISOString(), uploadHttpStatus, uploadHttpError: '', uploadTimeMs: 12 };
  return sendJson(`${url}/api/public/media/${mediaId}`, 'PATCH', status);
}
