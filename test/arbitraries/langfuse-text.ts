import fc from 'fast-check';
import { anyText } from './readable-span.js';

/**
 * What a text may hold. `odd` are data URIs whose content type runs on from an earlier `data:`: no server takes such a
 * type, and the SDK tries each for seconds, so they are for runs whose server refuses media at once.
 */
export interface TextSettings {
  readonly hasOddMedia: boolean;
}

const VIETNAMESE = 'Xin chào, tôi muốn hỏi về chuyến bay tới Đà Nẵng sáng mai — còn chỗ không ạ? ';
const SECRETS = ['secret_a1B2', 'gọi 0901 234 567', 'mail nguyen@example.com'];

const plainText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: anyText },
  { weight: 3, arbitrary: fc.constantFrom(...SECRETS, VIETNAMESE, 'gpt-4o', '{"not": "JSON', '[]', 'null') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }).map((count) => VIETNAMESE.repeat(count)) },
  { weight: 1, arbitrary: fc.constantFrom('mask: throw', 'mask: reject', 'mask: odd', 'mask: add media') },
);

const mediaBytes = fc.uint8Array({ minLength: 12, maxLength: 90 }).map((bytes) => Buffer.from(bytes));
const contentType = fc.constantFrom('image/png', 'image/jpeg', 'audio/wav', 'application/pdf', 'x$&y', '$1', 'a$$b');

export const base64: fc.Arbitrary<string> = mediaBytes.map((bytes) => bytes.toString('base64'));

/** As the bytes and the type are one, the same asset never comes with two types. */
const typedBase64 = fc
  .tuple(contentType, mediaBytes)
  .map(([type, bytes]) => ({ type, data: Buffer.concat([Buffer.from(`${type} `), bytes]).toString('base64') }));

const dataUri: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: typedBase64.map(({ type, data }) => `data:${type};base64,${data}`) },
  { weight: 2, arbitrary: typedBase64.map(({ type, data }) => `data:${type};base64,${data.replace(/=+$/, '')}`) },
  { weight: 1, arbitrary: typedBase64.map(({ type, data }) => `data:${type};base64,${data}=`) },
  { weight: 1, arbitrary: typedBase64.map(({ type, data }) => `data:${type};base64,${data.replace(/=*$/, '')}A`) },
  { weight: 1, arbitrary: typedBase64.map(({ type, data }) => `data:${type};base64,${data.slice(0, 16)}-_${data}`) },
  { weight: 1, arbitrary: typedBase64.map(({ type, data }) => `data:${type};charset=utf-8;base64,${data}`) },
  { weight: 1, arbitrary: typedBase64.map(({ type, data }) => `data:${type},x;base64,${data}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('data:;base64,;', ';base64,AAAA', '@@@langfuseMedia:type=a|id=b|source=c@@@'),
  },
);

/** Ahead of a data URI in the same text these become a part of its content type. */
const swallowed = fc.constantFrom('metadata: see ', 'data:', 'data:text/plain,hello ', '"data": 1, data: \n');

function anyPiece({ hasOddMedia }: TextSettings): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: plainText },
    { weight: 3, arbitrary: dataUri },
    ...(hasOddMedia ? [{ weight: 2, arbitrary: swallowed }] : []),
  );
}

/** A value of an attribute: mostly plain text, some of it with media, the same one twice at times. */
export function anyLangfuseText(settings: TextSettings): fc.Arbitrary<string> {
  const pieces = fc.tuple(fc.array(anyPiece(settings), { minLength: 1, maxLength: 4 }), fc.boolean());
  return fc.oneof(
    { weight: 6, arbitrary: plainText },
    { weight: 1, arbitrary: pieces.map(([texts, isTwice]) => [...texts, ...(isTwice ? texts : [])].join(' ')) },
  );
}

/** What a service may give as input or output: made anew for each use, and some of it is no JSON. */
export function anyPayload(settings: TextSettings): fc.Arbitrary<unknown> {
  const text = anyLangfuseText(settings);
  const leaf = fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.boolean()) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined, 0, '', false, Number.NaN, -0) },
    { weight: 1, arbitrary: oddity },
  );
  const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: text });
  const part = fc.record({ type: fc.constant('image_url'), image_url: fc.record({ url: text }) });
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 3, arbitrary: fc.array(message, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(part, { maxLength: 2 }) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom('a', 'query', 'data', '__proto__', '1', 'ữ'), leaf) },
    { weight: 1, arbitrary: fc.array(leaf, { maxLength: 5 }) },
  );
}

class Price {
  readonly amount = 12;
  toJSON(): object {
    return { amount: `${this.amount} EUR` };
  }
}

function makeCycle(): object {
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle['self'] = cycle;
  return cycle;
}

const oddity: fc.Arbitrary<unknown> = fc
  .constantFrom<() => unknown>(
    makeCycle,
    () => 10n,
    () => new Date(0),
    () => new Price(),
    () => new Map([['a', 1]]),
    () => Buffer.from('buffer'),
    () => Symbol('odd'),
    () => () => 1,
    () => new Error('an error'),
  )
  .map((make) => make());
