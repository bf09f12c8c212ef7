import type { ComparisonTable } from './comparison.js';

/** Writes a table as GitHub-flavoured Markdown, figures aligned to the right. */
export function writeMarkdownTable({ title, head, rows }: ComparisonTable): string {
  return [`**${escapeCell(title)}**`, '', writeMarkdownRows({ head, rows })].join('\n');
}

/** The same without its title. @param textHeads of columns of words, which are aligned to the left as the first is. */
export function writeMarkdownRows(
  { head, rows }: Omit<ComparisonTable, 'title'>,
  textHeads: readonly string[] = [],
): string {
  const rule = head.map((title, index) => (index === 0 || textHeads.includes(title) ? '---' : '---:'));
  return [head, rule, ...rows].map(writeRow).join('\n');
}

function writeRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeCell).join(' | ')} |`;
}

function escapeCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
