import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language, languageAt } from './languages.js';
import { declarationOf, MAX_PASSAGE_CHARACTERS, textOf } from './passages.js';

const SCRIPTS: Record<Language, RegExp> = {
  en: /\p{Script=Latin}/gu,
  vi: /[ăâđêôơưàảãáạ]/giu,
  zh: /\p{Script=Han}/gu,
  ar: /\p{Script=Arabic}/gu,
  ru: /\p{Script=Cyrillic}/gu,
  hi: /\p{Script=Devanagari}/gu,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  ko: /\p{Script=Hangul}/gu,
};

describe.each(LANGUAGES)('text in %s', (language) => {
  it('has exactly the wanted length', () => {
    for (const length of [0, 1, 200, 20_000, 200_000]) expect(textOf(language, length)).toHaveLength(length);
  });

  it('is written in its script', () => {
    const passage = textOf(language, 20_000);
    const lettersInScript = passage.match(SCRIPTS[language])?.length ?? 0;
    expect(lettersInScript / passage.length).toBeGreaterThan(language === 'vi' ? 0.05 : 0.3);
  });

  it('is the same for the same arguments and moves with its start', () => {
    expect(textOf(language, 500, 70)).toBe(textOf(language, 500, 70));
    expect(textOf(language, 500, 70)).toBe(textOf(language, 570).slice(70));
    expect(textOf(language, 500, 70)).not.toBe(textOf(language, 500, 71));
  });

  it('has no character outside the basic plane, which a cut could halve', () => {
    expect(declarationOf(language).text).not.toMatch(/[\ud800-\udfff]/);
  });

  it('comes with all thirty articles, each with a title and a text', () => {
    const { articles, text } = declarationOf(language);
    expect(articles.map((article) => article.number)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    for (const article of articles) {
      expect(article.title).not.toBe('');
      expect(article.text).not.toBe('');
      expect(text).toContain(article.text);
    }
    expect(text).not.toMatch(/[<>&]/);
  });
});

it('keeps English in ASCII, so that the lab has a text of one byte a character', () => {
  expect(declarationOf('en').text).toMatch(/^[\n\x20-\x7e]+$/);
});

it('takes the languages in turn, and starts again after the last', () => {
  const turns = Array.from({ length: LANGUAGES.length * 2 }, (_, turn) => languageAt(turn));
  expect(turns).toEqual([...LANGUAGES, ...LANGUAGES]);
  expect(() => languageAt(-1)).toThrow(RangeError);
});

it('refuses lengths that make no passage', () => {
  for (const length of [-1, 0.5, Number.NaN, MAX_PASSAGE_CHARACTERS + 1]) {
    expect(() => textOf('en', length)).toThrow(RangeError);
  }
});
