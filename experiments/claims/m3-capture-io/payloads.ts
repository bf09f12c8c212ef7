import { ImageSource } from '../../service/image-source.js';
import type { Language } from '../../text/languages.js';
import { textOf } from '../../text/passages.js';
import type { PayloadSpec } from './cases.js';

/** What a traced function takes and returns. */
export interface Payload {
  readonly input: object;
  readonly output: object;
}

const MESSAGE_COUNT = 4;
const OBJECT_COUNT = 1_000;
const EMBEDDING_LENGTH = 1_536;
/** Bytes to characters of base64. */
const BASE64_GROWTH = 4 / 3;
/** Neighbouring payloads have other text, though of the same language and length. */
const STRIDE_CHARACTERS = 137;
const SAMPLE_CHARACTERS = 10_000;

const QUESTION = 'How do I change the address of my order?';

const images = new ImageSource();

/** No two turns have the same payload. */
export function makePayload({ shape, byteLength }: PayloadSpec, turn: number): Payload {
  switch (shape) {
    case 'en':
    case 'vi':
      return { input: makeChat(shape, byteLength, 2 * turn), output: makeChat(shape, byteLength, 2 * turn + 1) };
    case 'objects':
      return { input: { query: QUESTION }, output: { rows: makeRows(turn) } };
    case 'embedding':
      return {
        input: { input: QUESTION },
        output: { embedding: Array.from({ length: EMBEDDING_LENGTH }, (_, at) => Math.sin(at + turn)) },
      };
    case 'image': {
      const url = images.nextDataUri(Math.round(byteLength / BASE64_GROWTH));
      const content = [
        { type: 'text', text: QUESTION },
        { type: 'image_url', image_url: { url } },
      ];
      return { input: { messages: [{ role: 'user', content }] }, output: { answer: QUESTION } };
    }
    default:
      throw new Error(`expected a shape that is known, got '${shape satisfies never}'`);
  }
}

function makeChat(language: Language, byteLength: number, turn: number): object {
  const characterCount = Math.round(byteLength / bytesPerCharacter(language) / MESSAGE_COUNT);
  return {
    messages: Array.from({ length: MESSAGE_COUNT }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: textOf(language, characterCount, (turn * MESSAGE_COUNT + index) * STRIDE_CHARACTERS),
    })),
  };
}

function bytesPerCharacter(language: Language): number {
  return Buffer.byteLength(textOf(language, SAMPLE_CHARACTERS)) / SAMPLE_CHARACTERS;
}

function makeRows(turn: number): object[] {
  return Array.from({ length: OBJECT_COUNT }, (_, index) => ({
    id: turn * OBJECT_COUNT + index,
    name: `product ${index}`,
    price: 9.99 + index / 3,
    inStock: index % 3 === 0,
    tags: ['new', 'sale'],
    rating: null,
  }));
}
