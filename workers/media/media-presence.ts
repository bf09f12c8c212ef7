import { SCOPE_FIELD_COUNT } from '../../src/wire/chunk-format.js';
import { readFrame, readSpanHeader } from '../../src/wire/chunk-frame.js';
import { MsgpackReader } from '../../src/wire/msgpack-reader.js';
import { ValueReader } from '../../src/wire/value-reader.js';
import { isAiSdkScope } from './media-messages.js';

/** In both widths in which a chunk holds text; ASCII is the same in UTF-8 and Latin-1. */
const NEEDLES = [Buffer.from(';base64,', 'latin1'), Buffer.from(';base64,', 'utf16le')];

/** False only when no span of the chunk holds media: no data URI, nor a span of the AI SDK, whose media has no marker. */
export function mayHoldMedia(chunk: Uint8Array): boolean {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return NEEDLES.some((needle) => bytes.includes(needle)) || mayHaveAiSdkScope(chunk);
}

function mayHaveAiSdkScope(chunk: Uint8Array): boolean {
  const reader = new MsgpackReader(chunk);
  try {
    const { spanCount } = readFrame(reader, () => skipResource(reader));
    for (let index = 0; index < spanCount; index++) {
      const endPosition = readSpanHeader(reader);
      if (definesAiSdkScope(reader)) return true;
      reader.position = endPosition;
    }
    return false;
  } catch {
    // Whoever decodes the chunk says what is wrong with it.
    return true;
  }
}

/** Reads a span's record from behind its length. */
function definesAiSdkScope(reader: MsgpackReader): boolean {
  reader.readUint(Number.MAX_SAFE_INTEGER);
  if (reader.peek() === 'number') return false;
  reader.expectMap(1, 'the definition of a scope');
  reader.readUint(Number.MAX_SAFE_INTEGER);
  reader.expectArray(SCOPE_FIELD_COUNT, 'a scope');
  // A name from the table of strings is not followed up.
  return reader.peek() === 'text' ? isAiSdkScope(reader.readText()) : reader.peek() === 'map';
}

function skipResource(reader: MsgpackReader): void {
  const values = new ValueReader(reader);
  values.read();
  values.readAttributes();
}
