import { randomBytes } from 'node:crypto';
import type { Language } from '../../text/languages.js';
import { textOf } from '../../text/passages.js';
import type { Workload } from './workload.js';

const MESSAGE_COUNT = 4;
/** Neighbouring payloads have other text, though of the same language and length. */
const STRIDE_CHARACTERS = 137;
const SAMPLE_CHARACTERS = 10_000;
const SAMPLE_ITEM_COUNT = 100;
/** Bytes to characters of base64. */
const BASE64_GROWTH = 4 / 3;
const QUESTION = 'How do I change the address of my order?';

/** What a step of the service is given. No two turns have the same. */
export function makePayload({ payloadKind, payloadByteLength }: Workload, turn: number): object {
  if (payloadByteLength === 0) return {};
  switch (payloadKind) {
    case 'ascii':
      return makeChat('en', payloadByteLength, turn);
    case 'vietnamese':
      return makeChat('vi', payloadByteLength, turn);
    case 'rows':
      return { rows: makeItems(makeRow, payloadByteLength, turn) };
    case 'embedding':
      return { embedding: makeItems(makeNumber, payloadByteLength, turn) };
    case 'image': {
      const data = randomBytes(Math.round(payloadByteLength / BASE64_GROWTH)).toString('base64');
      // Not as a data URI: of those Langfuse makes uploads, and here every arm is to deliver the same bytes.
      const source = { type: 'base64', media_type: 'image/png', data };
      return {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: QUESTION },
              { type: 'image', source },
            ],
          },
        ],
      };
    }
    default:
      throw new Error(`expected a kind that is known, got '${payloadKind satisfies never}'`);
  }
}

function makeChat(language: Language, byteLength: number, turn: number): object {
  const sample = textOf(language, SAMPLE_CHARACTERS);
  const jsonBytesPerCharacter = Buffer.byteLength(JSON.stringify(sample)) / SAMPLE_CHARACTERS;
  const characterCount = Math.round(byteLength / jsonBytesPerCharacter / MESSAGE_COUNT);
  return {
    messages: Array.from({ length: MESSAGE_COUNT }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: textOf(language, characterCount, (turn * MESSAGE_COUNT + index) * STRIDE_CHARACTERS),
    })),
  };
}

/** So many that they take about so many bytes as JSON. */
function makeItems(makeItem: (index: number) => unknown, byteLength: number, turn: number): unknown[] {
  const sample = Array.from({ length: SAMPLE_ITEM_COUNT }, (_, index) => makeItem(index));
  const itemByteLength = JSON.stringify(sample).length / SAMPLE_ITEM_COUNT;
  const itemCount = Math.round(byteLength / itemByteLength);
  return Array.from({ length: itemCount }, (_, index) => makeItem(turn * itemCount + index));
}

function makeRow(index: number): object {
  return {
    id: index,
    name: `product ${index}`,
    price: 9.99 + index / 3,
    inStock: index % 3 === 0,
    tags: ['new', 'sale'],
    rating: null,
  };
}

function makeNumber(index: number): number {
  return Math.sin(index);
}
