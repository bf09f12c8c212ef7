import { writeMarkdownTable } from '../report/markdown-table.js';
import type { MatrixRun } from './matrix-record.js';
import { concludeMatrix, listTables, type MatrixTables } from './matrix-report.js';

/** What of a matrix docs/choosing.md shows, by the name of its block. */
export const CHOOSING_BLOCKS = ['finding', 'choices', 'cores', 'exporters', 'captures'] as const;

export type ChoosingBlock = (typeof CHOOSING_BLOCKS)[number];

/** A block of docs/choosing.md. @param folder of the run, as the document names it. */
export function writeChoosingBlock(block: ChoosingBlock, run: MatrixRun, folder: string): string {
  if (block === 'finding') return `${concludeMatrix(run).sentence}\n\n${describeSource(run, folder)}`;
  return writeMarkdownTable(chooseTable(block, listTables(run)));
}

/** In the place of every block, until somebody has recorded a matrix. */
export function writeMissingBlock(resultsFolder: string): string {
  return `No reference run yet: \`npm run experiment -- matrix --reference --results ${resultsFolder}/DATE\`.`;
}

function chooseTable(block: Exclude<ChoosingBlock, 'finding'>, tables: MatrixTables): MatrixTables['choices'] {
  switch (block) {
    case 'choices':
      return tables.choices;
    case 'cores':
      return tables.cores;
    case 'exporters':
      return tables.exporters;
    case 'captures':
      return tables.captures;
    default:
      throw new Error(`expected a block of docs/choosing.md, got '${block satisfies never}'`);
  }
}

function describeSource({ provenance }: MatrixRun, folder: string): string {
  return (
    `<sub>\`${provenance.command}\` on ${provenance.cpuCount} shared virtual cores, Node ${provenance.node}: ` +
    `[summary](${folder}/summary.md), [raw data](${folder}/raw.jsonl). Written by \`npm run docs:tables\`.</sub>`
  );
}
