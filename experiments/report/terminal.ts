export { COLUMN_COUNT, describeTerminal, style, type Terminal } from '#report/terminal';

/** Breaks a text at spaces, into lines of at most 80 columns. */
export function wrapText(text: string): string {
  return text.replace(/(?![^\n]{1,80}$)([^\n]{1,80})\s/g, '$1\n');
}
