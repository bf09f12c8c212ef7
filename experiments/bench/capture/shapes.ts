import type { Language } from '../../text/languages.js';
import { textOf } from '../../text/passages.js';

/** Neighbouring values have other text, though of the same language and length. */
const STRIDE_CHARACTERS = 137;

type MakeValue = (turn: number) => unknown;

/** What services hand to `observe`, by the name of its row. */
export const SHAPES = {
  'chat 2 kB, en': chat('en', 4, 500),
  'chat 2 kB, vi': chat('vi', 4, 500),
  'chat 20 kB, en': chat('en', 8, 2_500),
  'chat 20 kB, vi': chat('vi', 8, 2_500),
  'chat 200 kB, en': chat('en', 20, 10_000),
  'chat 200 kB, vi': chat('vi', 20, 10_000),
  'short chat, vi': chat('vi', 20, 60),
  'tool results, 20 kB of JSON in text': (turn) => ({
    messages: Array.from({ length: 8 }, (_, index) => ({
      role: 'tool',
      tool_call_id: `call_${turn}_${index}`,
      content: JSON.stringify(rows(turn, 20), undefined, 2).slice(0, 2_500),
    })),
  }),
  '50 passages of 1 kB, vi': (turn) => ({
    query: textOf('vi', 80, turn),
    documents: Array.from({ length: 50 }, (_, index) => ({
      id: `document-${turn}-${index}`,
      score: 1 / (1.37 + index),
      text: textOf('vi', 1_000, (turn + index) * STRIDE_CHARACTERS),
      metadata: { source: 'handbook.pdf', page: index, section: null },
    })),
  }),
  '1,000 small objects': (turn) => ({ rows: rows(turn, 1_000) }),
  '20 small objects': (turn) => ({ rows: rows(turn, 20) }),
  'embedding of 1,536': (turn) => ({
    model: 'text-embedding-3-small',
    data: [{ object: 'embedding', index: 0, embedding: Array.from({ length: 1_536 }, (_, at) => Math.sin(at + turn)) }],
  }),
  'image, 1 MB of base64': (turn) => ({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is in this picture?' },
          {
            type: 'image_url',
            image_url: { url: `data:image/png;base64,${'iVBORw0KGgoAAAANS'.repeat(58_000)}${turn}AA=` },
          },
        ],
      },
    ],
  }),
  'one text of 20 kB, vi': (turn) => textOf('vi', 20_000, turn * STRIDE_CHARACTERS),
} as const satisfies Record<string, MakeValue>;

export type ShapeName = keyof typeof SHAPES;

export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

function chat(language: Language, messageCount: number, characterCount: number): MakeValue {
  return (turn) => ({
    model: 'gpt-4.1-mini',
    temperature: 0.2,
    messages: Array.from({ length: messageCount }, (_, index) => ({
      role: index === 0 ? 'system' : index % 2 === 1 ? 'user' : 'assistant',
      content: textOf(language, characterCount, (turn * messageCount + index) * STRIDE_CHARACTERS),
    })),
  });
}

function rows(turn: number, rowCount: number): unknown[] {
  return Array.from({ length: rowCount }, (_, index) => ({
    id: turn * rowCount + index,
    name: `product ${index}`,
    price: 9.99 + index / 3,
    inStock: index % 3 === 0,
    tags: ['new', 'sale'],
    rating: null,
  }));
}
