import type { Buffer } from 'node:buffer';

/** What is foreseen of a message that is most likely short: nothing, so that its length takes one byte. */
export const SMALL_BYTES = 0;

/** A double in an array: two tags, a length and the double. */
const VECTOR_ELEMENT_BYTES = 11;

/** A guess at what the msgpack value at `position` takes as an `AnyValue`, from the length that it states. */
export function foreseeBytes(bytes: Buffer, position: number): number {
  const marker = bytes[position] as number;
  // Texts of up to 31 characters, numbers, references and small arrays.
  if (marker < 0xc4 || marker >= 0xde) return SMALL_BYTES;
  switch (marker) {
    case 0xc4:
    case 0xc7:
    case 0xd9:
      return (bytes[position + 1] ?? 0) + 3;
    case 0xc5:
    case 0xc8:
    case 0xda:
      return readUint16(bytes, position + 1) + 4;
    case 0xc6:
    case 0xc9:
    case 0xdb:
      return position + 5 <= bytes.length ? bytes.readUInt32BE(position + 1) + 5 : SMALL_BYTES;
    case 0xdc:
      // Long arrays are mostly vectors.
      return readUint16(bytes, position + 1) * VECTOR_ELEMENT_BYTES;
    default:
      return SMALL_BYTES;
  }
}

function readUint16(bytes: Buffer, position: number): number {
  return position + 2 <= bytes.length ? bytes.readUInt16BE(position) : 0;
}
