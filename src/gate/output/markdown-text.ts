/** What a service printed may stand in a sentence: none of it may become a link, a mention or a table. */
export function escapeText(text: string): string {
  return text.replaceAll(/[\\`*_{}<>[\]()#|~@!]/g, (character) => `\\${character}`).replaceAll(/[\r\n]+/g, ' ');
}
