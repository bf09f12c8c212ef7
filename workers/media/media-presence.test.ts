import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadableSpan } from '../../src/wire/readable-span.js';
import { encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { mediaText } from '../../test/arbitraries/media-text.js';
import { createSpan } from '../../test/arbitraries/plain-span.js';
import { mayHoldMedia } from './media-presence.js';
import { findDataUris } from './media-scan.js';

const KEY = 'langfuse.observation.input';

function mayHold(...spans: ReadableSpan[]): boolean {
  const [chunk] = encodeSpans(spans);
  if (chunk === undefined) throw new Error('expected a chunk');
  return mayHoldMedia(chunk);
}

describe('a chunk may hold media', () => {
  it('whenever a text has a data URI, in either width and at any place', () => {
    let foundCount = 0;
    fc.assert(
      fc.property(fc.array(mediaText, { maxLength: 3 }), (texts) => {
        const spans = texts.map((text) => createSpan({ attributes: { padding: text.slice(0, 3), [KEY]: text } }));
        const hasMedia = texts.some((text) => findDataUris(text).length > 0);
        if (spans.length > 0 && hasMedia) expect(mayHold(...spans)).toBe(true);
        foundCount += Number(hasMedia);
      }),
      { numRuns: 2_000 },
    );
    expect(foundCount).toBeGreaterThan(100);
  });

  it.each(['ai', 'gen_ai'])('whenever a span is of the scope %s', (name) => {
    const other = createSpan();
    expect(mayHold(other, createSpan({ instrumentationScope: { name } }))).toBe(true);
  });

  it('when it is damaged, so that whoever decodes it finds out', () => {
    const [chunk] = encodeSpans([createSpan()]);
    expect(mayHoldMedia((chunk as Uint8Array).subarray(0, -4))).toBe(true);
  });
});

it.each(['lookup', 'ai.something', 'AI', 'Vercel'])('a chunk of the scope %s without a data URI holds none', (name) => {
  const attributes = { [KEY]: 'data:image/png;base64 ế', 'ai.prompt': '[]' };
  const span = createSpan({ attributes, instrumentationScope: { name, version: '1' } });
  expect(mayHold(span, createSpan(), span)).toBe(false);
});
