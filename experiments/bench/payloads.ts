import type { Language } from '../text/languages.js';

/** What a span of the benchmark carries. */
export interface Payload {
  /** Short: it heads a column. */
  readonly name: string;
  /** Texts included. */
  readonly attributeCount: number;
  /** Long texts among the attributes, as input and output of a model call are. */
  readonly textCount: number;
  /** Of each text. */
  readonly textCharacters: number;
  readonly language: Language;
}

const ATTRIBUTE_COUNT = 12;

/** The four payloads of every comparison: no text; short text; long ASCII text; long text outside Latin-1. */
export const PAYLOADS = {
  S: { name: 'S', attributeCount: ATTRIBUTE_COUNT, textCount: 0, textCharacters: 0, language: 'en' },
  M: { name: 'M', attributeCount: ATTRIBUTE_COUNT, textCount: 2, textCharacters: 2_000, language: 'en' },
  L: { name: 'L', attributeCount: ATTRIBUTE_COUNT, textCount: 2, textCharacters: 20_000, language: 'en' },
  V: { name: 'V', attributeCount: ATTRIBUTE_COUNT, textCount: 2, textCharacters: 20_000, language: 'vi' },
} as const satisfies Record<string, Payload>;

export type PayloadName = keyof typeof PAYLOADS;

export const PAYLOAD_NAMES = Object.keys(PAYLOADS) as PayloadName[];

/** A span without text and with so many attributes. */
export function payloadOfAttributes(attributeCount: number): Payload {
  return { name: String(attributeCount), attributeCount, textCount: 0, textCharacters: 0, language: 'en' };
}

/** An ordinary span with one ASCII text of so many bytes among its attributes. */
export function payloadOfText(name: string, textCharacters: number): Payload {
  return { name, attributeCount: ATTRIBUTE_COUNT, textCount: 1, textCharacters, language: 'en' };
}
