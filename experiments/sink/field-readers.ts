import { describeValue, InvalidBodyError } from './sink-error.js';

export type Fields = Readonly<Record<string, unknown>>;

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_UINT32 = 2 ** 32 - 1;

function reject(field: string, expected: string, value: unknown): never {
  throw new InvalidBodyError(`${field}: expected ${expected}, got ${describeValue(value)}`);
}

/** Reads a message; absent and null both mean an empty one, as in protobuf's JSON form. */
export function readFields(value: unknown, field: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return reject(field, 'an object', value);
  return value as Fields;
}

/** Reads a repeated field, naming the element in what `readElement` throws. */
export function readList<T>(value: unknown, field: string, readElement: (element: unknown) => T): T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return reject(field, 'an array', value);
  return value.map((element, index) => {
    try {
      return readElement(element);
    } catch (error) {
      if (!(error instanceof InvalidBodyError)) throw error;
      throw new InvalidBodyError(`${field}[${index}].${error.message}`);
    }
  });
}

export function readString(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : reject(field, 'a string', value);
}

export function readBoolean(value: unknown, field: string): boolean {
  return typeof value === 'boolean' ? value : reject(field, 'true or false', value);
}

export function readUint32(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0;
  const isUint32 = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32;
  return isUint32 ? value : reject(field, 'an integer from 0 to 4294967295', value);
}

/** Reads a signed 64-bit integer into decimal text. */
export function readInt64(value: unknown, field: string): string {
  return readInteger(value, field, MIN_INT64, MAX_INT64, 'a signed 64-bit integer');
}

/** Reads an unsigned 64-bit integer into decimal text. */
export function readUint64(value: unknown, field: string): string {
  if (value === undefined || value === null) return '0';
  return readInteger(value, field, 0n, MAX_UINT64, 'an unsigned 64-bit integer');
}

function readInteger(value: unknown, field: string, min: bigint, max: bigint, expected: string): string {
  const isInteger = typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isInteger(value);
  if (!isInteger) return reject(field, expected, value);
  const integer = BigInt(value as string | number);
  return integer < min || integer > max ? reject(field, expected, value) : integer.toString();
}

/** Reads a double; protobuf's JSON form writes those JSON has no number for as text. */
export function readDouble(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  const isNumeral = typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value));
  return isNumeral ? Number(value) : reject(field, 'a number, or "NaN", "Infinity", "-Infinity"', value);
}

/** Reads an id into lower-case hex: bytes in protobuf, hex in OTLP/JSON (not base64, protobuf's usual JSON form). */
export function readId(value: unknown, field: string, byteCount: number): string {
  const hex = value instanceof Uint8Array ? toBuffer(value).toString('hex') : readString(value, field).toLowerCase();
  if (hex.length !== byteCount * 2 || !/^[0-9a-f]*$/.test(hex)) {
    return reject(field, value instanceof Uint8Array ? `${byteCount} bytes` : `${byteCount * 2} hex characters`, value);
  }
  return hex;
}

/** Reads an id that may be absent, into hex or the empty string. */
export function readOptionalId(value: unknown, field: string, byteCount: number): string {
  const isAbsent = value === undefined || value === null || value === '';
  return isAbsent || (value instanceof Uint8Array && value.byteLength === 0) ? '' : readId(value, field, byteCount);
}

/** Reads bytes into padded base64, whichever base64 alphabet they came in. */
export function readBytes(value: unknown, field: string): string {
  if (value instanceof Uint8Array) return toBuffer(value).toString('base64');
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    return reject(field, 'bytes in base64', value);
  }
  return Buffer.from(value, 'base64').toString('base64');
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
