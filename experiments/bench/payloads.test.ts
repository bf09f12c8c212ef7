import { describe, expect, it } from 'vitest';
import { PAYLOAD_NAMES, PAYLOADS, payloadOfAttributes, payloadOfText } from './payloads.js';
import { makeSpans } from './sample-spans.js';

function textsOf(attributes: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(attributes).flatMap(([key, value]) => (key.endsWith('.value') ? [String(value)] : []));
}

describe.each(PAYLOAD_NAMES)('a span of payload %s', (name) => {
  const spans = makeSpans(PAYLOADS[name], 3);

  it('has twelve attributes, one event and a parent', () => {
    for (const span of spans) {
      expect(Object.keys(span.attributes)).toHaveLength(12);
      expect(span.events).toHaveLength(1);
      expect(span.parentSpanContext?.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(span.droppedAttributesCount).toBe(0);
    }
  });

  it('has as much text as the payload says', () => {
    const { textCount, textCharacters } = PAYLOADS[name];
    for (const span of spans) {
      expect(textsOf(span.attributes).map((text) => text.length)).toEqual(Array(textCount).fill(textCharacters));
    }
  });

  it('differs from its neighbours', () => {
    const ids = new Set(spans.map((span) => span.attributes['gen_ai.conversation.id']));
    expect(ids.size).toBe(spans.length);
    const texts = spans.flatMap((span) => textsOf(span.attributes));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

it('has ASCII text in L and text outside Latin-1 in V', () => {
  const [ascii] = makeSpans(PAYLOADS.L, 1);
  const [vietnamese] = makeSpans(PAYLOADS.V, 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
  expect(textsOf(ascii?.attributes ?? {}).join('')).toMatch(/^[\x00-\x7f]+$/);
  for (const text of textsOf(vietnamese?.attributes ?? {})) expect(text).toMatch(/[\u0100-\uffff]/);
});

it('makes as many attributes, or as large a text, as a sweep asks for', () => {
  const [many] = makeSpans(payloadOfAttributes(128), 1);
  expect(Object.keys(many?.attributes ?? {})).toHaveLength(128);
  const [one] = makeSpans(payloadOfAttributes(1), 1);
  expect(Object.keys(one?.attributes ?? {})).toHaveLength(1);
  const [large] = makeSpans(payloadOfText('1 MB', 1_000_000), 1);
  expect(textsOf(large?.attributes ?? {}).map((text) => text.length)).toEqual([1_000_000]);
});
