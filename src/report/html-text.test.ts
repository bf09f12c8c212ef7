import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, scriptJson } from './html-text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Text in which every character that means something to HTML is likely. */
const anyText = fc.string({ unit: fc.oneof(fc.constantFrom(...'<>&"\'/!-;#lt'), fc.string({ maxLength: 1 })) });

describe('html', () => {
  it('escapes every value so that it reads back as it was, in text and in an attribute', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const match = /^<p title="([^"<>']*)">([^"<>']*)<\/p>$/.exec(html`<p title="${text}">${text}</p>`.text);
        const read = (part: string | undefined) => part?.replaceAll(/&[^;]+;/g, (entity) => ENTITIES[entity] ?? '?');
        expect([read(match?.[1]), read(match?.[2])]).toEqual([text, text]);
      }),
    );
  });

  it('leaves what is HTML already, and joins lists of it', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${1}${[]}`.text).toBe('<ul><li>a</li>\n<li>&lt;b&gt;</li></ul>1');
  });
});

describe('scriptJson', () => {
  it('reads back as it was, and holds nothing that ends a script or opens a comment', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom('</script>', '<!--', '<script'), anyText), (text) => {
        const json = scriptJson({ [text]: text }).text;
        expect(JSON.parse(json)).toEqual({ [text]: text });
        expect(json).not.toContain('<');
      }),
    );
  });
});
