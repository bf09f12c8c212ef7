import { type Declaration, readDeclaration } from './declaration.js';
import { LANGUAGES, type Language } from './languages.js';

/** Longer passages are refused: they would be a mistake in a scenario. */
export const MAX_PASSAGE_CHARACTERS = 4_000_000;

// Read when the module loads, so that no request and no measurement pays for it.
const DECLARATIONS = new Map(LANGUAGES.map((language) => [language, readDeclaration(language)]));
const ENDLESS_TEXTS = new Map<Language, string>();

export function declarationOf(language: Language): Declaration {
  const declaration = DECLARATIONS.get(language);
  if (declaration === undefined) throw new RangeError(`expected one of ${LANGUAGES.join(', ')}, got '${language}'`);
  return declaration;
}

/**
 * A passage of the declaration, from its character `startCharacter` on, over and over until it is long enough: the
 * same arguments, the same passage. Characters are UTF-16 code units; every text of the lab has one a code point.
 *
 * @throws {RangeError} for a length that is not a whole number from 0 to {@link MAX_PASSAGE_CHARACTERS}.
 */
export function textOf(language: Language, characterCount: number, startCharacter = 0): string {
  if (!Number.isInteger(characterCount) || characterCount < 0 || characterCount > MAX_PASSAGE_CHARACTERS) {
    throw new RangeError(
      `expected a whole number of characters up to ${MAX_PASSAGE_CHARACTERS}, got ${characterCount}`,
    );
  }
  const period = `${declarationOf(language).text}\n`;
  const start = startCharacter % period.length;
  let endless = ENDLESS_TEXTS.get(language) ?? period;
  if (endless.length < start + characterCount) {
    endless = period.repeat(Math.ceil((2 * (start + characterCount)) / period.length));
    ENDLESS_TEXTS.set(language, endless);
  }
  return endless.slice(start, start + characterCount);
}
