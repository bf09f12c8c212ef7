import { expect, it } from 'vitest';
import { replaceText, replaceUris } from './media-replace.js';
import { findDataUris } from './media-scan.js';

it('replaces very many URIs in one go', () => {
  const uris = Array.from(
    { length: 30_000 },
    (_, index) => `data:image/png;base64,${Buffer.from(`${index}`.padStart(6)).toString('base64')}`,
  );
  const text = uris.map((uri) => `see ${uri}, `).join('');
  const tags = new Map(uris.map((uri, index) => [uri, `<${index}$&>`]));
  tags.delete(uris[1] as string);
  const expected = uris.map((uri, index) => `see ${index === 1 ? uri : `<${index}$&>`}, `).join('');
  expect(replaceUris(text, findDataUris(text), tags)).toBe(expected);
});

it('fills in replacement patterns as replaceAll does', () => {
  expect(replaceText('a-b-c', 'b', "[$&$$$`$'$1]")).toBe('a-[b$a--c$1]-c');
});

it('leaves replacement patterns as they are where they would fill the memory', () => {
  const text = `${'x '.repeat(50_000)}end`;
  expect(replaceText(text, 'x', "$'")).toBe(text.replaceAll('x', "$$'"));
});

it('does not replace at all where even that would fill the memory', () => {
  expect(replaceText('x'.repeat(1_000_000), 'x', 'tag'.repeat(100))).toBeUndefined();
});
