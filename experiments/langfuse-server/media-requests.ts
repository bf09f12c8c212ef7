import { describeValue } from '../sink/sink-error.js';
import type { MediaRequest, MediaStatus } from './media-store.js';
import { type Fields, InvalidRequestError, isFields, readJson } from './read-json.js';

const FIELDS = ['input', 'output', 'metadata'];
const SHA256_PATTERN = /^[A-Za-z0-9+/=]{44}$/;

/**
 * Reads the body of `POST /api/public/media`. The real server also has a list of content types that it takes.
 *
 * @throws InvalidRequestError naming the key: what was expected, what came.
 */
export function readMediaRequest(body: Buffer): MediaRequest {
  const fields = readObject(body);
  const { traceId, observationId, contentType, contentLength, sha256Hash, field } = fields;
  return {
    traceId: expect('traceId', traceId, isText, 'a string'),
    observationId: expect('observationId', observationId ?? null, isNullOr(isText), 'a string'),
    contentType: expect('contentType', contentType, isText, 'a string'),
    contentLength: expect('contentLength', contentLength, isPositiveInteger, 'an integer from 1'),
    sha256Hash: expect('sha256Hash', sha256Hash, isSha256, 'a SHA-256 in base64, 44 characters'),
    field: expect('field', field, isField, FIELDS.join(' or ')),
  };
}

/**
 * Reads the body of `PATCH /api/public/media/{mediaId}`.
 *
 * @throws InvalidRequestError naming the key: what was expected, what came.
 */
export function readMediaStatus(body: Buffer): MediaStatus {
  const { uploadedAt, uploadHttpStatus, uploadHttpError, uploadTimeMs } = readObject(body);
  return {
    uploadedAt: expect('uploadedAt', uploadedAt, isDate, 'a date'),
    uploadHttpStatus: expect('uploadHttpStatus', uploadHttpStatus, isPositiveInteger, 'an integer from 1'),
    uploadHttpError: expect('uploadHttpError', uploadHttpError ?? null, isNullOr(isText), 'a string'),
    uploadTimeMs: expect('uploadTimeMs', uploadTimeMs ?? null, isNullOr(isNumber), 'a number'),
  };
}

function readObject(body: Buffer): Fields {
  const value = readJson(body);
  if (isFields(value)) return value;
  throw new InvalidRequestError(`body: expected an object, got ${describeValue(value)}`);
}

function expect<T>(key: string, value: unknown, accepts: (value: unknown) => value is T, expected: string): T {
  if (accepts(value)) return value;
  throw new InvalidRequestError(`${key}: expected ${expected}, got ${describeValue(value)}`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function isSha256(value: unknown): value is string {
  return isText(value) && SHA256_PATTERN.test(value);
}

function isField(value: unknown): value is string {
  return isText(value) && FIELDS.includes(value);
}

function isDate(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isNullOr<T>(accepts: (value: unknown) => value is T): (value: unknown) => value is T | null {
  return (value): value is T | null => value === null || accepts(value);
}
