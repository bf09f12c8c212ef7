import type { Provenance } from '../runner/provenance.js';

/** One folder of results, as the index of results lists it. */
export interface ResultsEntry {
  /** Below `results/`. */
  readonly folder: string;
  readonly provenance: Provenance;
  readonly finding: string;
}

const COMMIT_LENGTH = 7;

/**
 * Reads what the index says of a run from its own files: where it comes from, and what it found.
 *
 * @param raw the text of raw.jsonl, whose first line has the provenance.
 * @throws {Error} when it has none.
 */
export function describeResults(folder: string, summary: string, raw: string): ResultsEntry {
  const { provenance } = JSON.parse(raw.split('\n', 1)[0] ?? '') as { readonly provenance?: Provenance };
  if (provenance === undefined) throw new Error(`${folder}/raw.jsonl: expected the provenance in its first line`);
  return { folder, provenance, finding: findFinding(summary) };
}

/** As Markdown. */
export function tabulateResults(entries: readonly ResultsEntry[]): string {
  const rows = entries.map(({ folder, provenance, finding }) => {
    const { startedAt, node, commit, command } = provenance;
    const cells = [
      `[${folder}](${folder}/summary.md)`,
      startedAt.slice(0, 'YYYY-MM-DD'.length),
      node,
      commit?.slice(0, COMMIT_LENGTH) ?? 'unknown',
      `\`${command}\``,
      finding,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| run | date | Node | commit | command | finding |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

/** The first sentence of the paragraph below a summary's title; the title where there is none. */
function findFinding(summary: string): string {
  const [title = '', paragraph = ''] = summary.split(/\n\s*\n/).map((part) => part.trim());
  const prose = /^[A-Z0-9]/.test(paragraph) ? paragraph : title.replace(/^#+ /, '');
  // A full stop that ends a sentence, and not one within a number.
  return (/^.*?[.!?](?=\s|$)/s.exec(prose)?.[0] ?? prose).replaceAll(/\s+/g, ' ');
}
