import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DATA_URI, mediaText, replaceAsLangfuse } from '../../test/arbitraries/media-text.js';
import { createAsset, decodeBase64, toTag } from './media-asset.js';
import { replaceUris } from './media-replace.js';
import { findDataUris, parseDataUri } from './media-scan.js';

const biased = fc.oneof(
  mediaText,
  fc.array(fc.constantFrom(...'data:;base64,='), { maxLength: 60 }).map((characters) => characters.join('')),
);

it('finds what the regular expression finds, where it finds it', () => {
  let foundCount = 0;
  fc.assert(
    fc.property(biased, (text) => {
      const expected = [...text.matchAll(DATA_URI)].map(({ 0: uri, index }) => {
        return { uri, start: index, end: index + uri.length };
      });
      expect(findDataUris(text)).toEqual(expected);
      foundCount += expected.length;
    }),
    { numRuns: 20_000 },
  );
  expect(foundCount).toBeGreaterThan(5_000);
});

it('leaves the text that Langfuse leaves', () => {
  fc.assert(
    fc.property(mediaText, (text) => {
      expect(replaceAll(text)).toBe(replaceAsLangfuse(text));
    }),
    {
      numRuns: 20_000,
      examples: [
        ['metadata: see data:image/png;base64,QUJD.'],
        ['data:a,b;base64,QUJD'],
        ['data:base64,QUJD,x;base64,AAAA'],
        ['data:base64, Q U,x;base64,AAAA'],
        ['data:x;base64,QUJDdata:x;base64,QUJD data:x;base64,QUJD'],
        ['data:x;base64,QUJD data:x;base64,QUJDQUJD'],
        ["data:$&$'$`;base64,QUJD and data:x;base64,QUJD"],
      ],
    },
  );
});

it('decodes what atob takes and nothing else', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ABab01+/=-_ \n\té\u0141') });
  fc.assert(
    fc.property(text, (base64) => {
      const bytes = decodeBase64(base64);
      expect(bytes && Buffer.from(bytes).toString('latin1')).toBe(tryAtob(base64));
    }),
    { numRuns: 5_000 },
  );
});

it('takes no time to speak of for a text full of beginnings', () => {
  // The regular expression would take hours.
  const beginnings = 'data:'.repeat(2_000_000);
  expect(findDataUris(beginnings)).toEqual([]);
  expect(findDataUris(`${beginnings};x`)).toEqual([]);
});

function replaceAll(text: string): string {
  const found = findDataUris(text);
  const tags = new Map<string, string>();
  for (const { uri } of found) {
    const parsed = parseDataUri(uri);
    const bytes = parsed && decodeBase64(parsed.base64);
    if (parsed && bytes) tags.set(uri, toTag(createAsset(bytes, parsed.contentType), 'base64_data_uri'));
  }
  return replaceUris(text, found, tags);
}

function tryAtob(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}
