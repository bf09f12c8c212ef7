import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { ReceivedSpan } from './otlp-shape.js';
import { readRequest } from './read-request.js';
import { InvalidBodyError } from './sink-error.js';
import type { TraceSchema } from './trace-schema.js';

export type BodyType = 'application/x-protobuf' | 'application/json';
export type BodyEncoding = 'identity' | 'gzip' | 'deflate';

export interface EncodedBody {
  readonly type: BodyType;
  readonly encoding: BodyEncoding;
  readonly bytes: Buffer;
}

export type DecodedBody =
  | { readonly status: 'decoded'; readonly spans: ReceivedSpan[]; readonly decodedBytes: number }
  | { readonly status: 'too-large' }
  | { readonly status: 'invalid'; readonly message: string };

const gunzipBuffer = promisify(gunzip);
const inflateBuffer = promisify(inflate);

export function toBodyType(contentType: string | undefined): BodyType | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return mediaType === 'application/x-protobuf' || mediaType === 'application/json' ? mediaType : undefined;
}

export function toBodyEncoding(contentEncoding: string | undefined): BodyEncoding | undefined {
  const encoding = contentEncoding?.trim().toLowerCase() ?? 'identity';
  return encoding === 'identity' || encoding === 'gzip' || encoding === 'deflate' ? encoding : undefined;
}

/** Decompresses a body to at most `maxBodyBytes` and reads its spans. */
export async function decodeBody(body: EncodedBody, schema: TraceSchema, maxBodyBytes: number): Promise<DecodedBody> {
  try {
    const bytes = await decompress(body, maxBodyBytes);
    const spans = readRequest(parse(bytes, body.type, schema));
    return { status: 'decoded', spans, decodedBytes: bytes.byteLength };
  } catch (error) {
    if (error instanceof InvalidBodyError) return { status: 'invalid', message: error.message };
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      return { status: 'too-large' };
    }
    // The readers recurse as deep as the value is nested.
    if (error instanceof RangeError) return { status: 'invalid', message: 'attribute value: nested too deep' };
    throw error;
  }
}

async function decompress({ bytes, encoding }: EncodedBody, maxBodyBytes: number): Promise<Buffer> {
  if (encoding === 'identity') return bytes;
  try {
    const options = { maxOutputLength: maxBodyBytes };
    return await (encoding === 'gzip' ? gunzipBuffer(bytes, options) : inflateBuffer(bytes, options));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new InvalidBodyError(`body: expected ${encoding} data, got ${(error as Error).message}`, { cause: error });
  }
}

function parse(bytes: Buffer, type: BodyType, schema: TraceSchema): unknown {
  if (type === 'application/json' && !isUtf8(bytes))
    throw new InvalidBodyError('body: expected UTF-8, got other bytes');
  try {
    return type === 'application/json' ? JSON.parse(bytes.toString('utf8')) : schema.decodeRequest(bytes);
  } catch (error) {
    const message = (error as Error).message;
    throw new InvalidBodyError(`body: expected a trace request as ${type}, got ${message}`, { cause: error });
  }
}
