import { type Options, Packr } from 'msgpackr';
import { CHUNK_BYTES, type EncodeArm } from './encode-arm.js';
import { toPlainSpan } from './plain-span.js';

/** Of a chunk that is left when it is begun anew; a larger span makes msgpackr leave the chunk and allocate. */
const RESERVE_BYTES = CHUNK_BYTES / 4;

/** Record structures written once a stream and then referred to: its best mode for spans, which are all alike. */
export function createSequentialArm(): EncodeArm {
  return createArm({ sequential: true });
}

/** The same, and all strings of a span in one piece. */
export function createBundledArm(): EncodeArm {
  return createArm({ sequential: true, bundleStrings: true });
}

function createArm(options: Options): EncodeArm {
  const packr = new Packr(options);
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  packr.useBuffer(chunk);
  let usedBytes = 0;
  return {
    takesEachSpan: true,
    encode(spans) {
      for (const span of spans) {
        usedBytes += packr.pack(toPlainSpan(span)).byteLength;
        if (usedBytes < CHUNK_BYTES - RESERVE_BYTES) continue;
        packr.useBuffer(chunk);
        usedBytes = 0;
      }
    },
  };
}
