/** What means something in Markdown, character references included. */
const MARKUP = /[\\`*_{}<>[\]()#|~@!&]/g;

/**
 * GitHub looks for these once the Markdown is read, when neither a backslash nor a character reference is left to keep
 * it from that (https://github.com/github/cmark-gfm/issues/181).
 */
const LINK_START = /[@#]|:(?=\/\/)|www(?=\.)|(?<![a-z\d])GH(?=-\d)/gi;

/** Not seen, and no part of what is copied. */
const EMPTY_COMMENT = '<!-- -->';

/**
 * What a service printed may stand in a sentence: none of it may become a link, a mention or a table. A commit's hash is
 * left: it leads nowhere else.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll(MARKUP, (character) => `\\${character}`)
    .replaceAll(LINK_START, (start) => `${start}${EMPTY_COMMENT}`)
    .replaceAll(/[\r\n]+/g, ' ');
}
