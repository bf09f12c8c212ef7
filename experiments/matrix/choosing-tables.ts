import { writeMarkdownTable } from '../report/markdown-table.js';
import type { AxisName } from './axes.js';
import { listOutcomes } from './cell-figures.js';
import { type Choice, CORE_CHOICES, listChoiceEffects, TEXT_CHOICES } from './choices.js';
import { describeBetterArms, describeCounted, describeGains, describeLangfuseRow } from './choosing-sentences.js';
import { tabulateLevels } from './effect-tables.js';
import { listCompared, listLevelEffects, listPeers, type NamedEffect } from './effects.js';
import type { MatrixRun } from './matrix-record.js';
import { concludeMatrix, describeDesign } from './matrix-report.js';
import { listTables, type MatrixTables } from './matrix-tables.js';
import { describePairLimits } from './pair-tables.js';
import { describeResponse, describeResponseGains, listArmRows } from './response-sentences.js';

/** What of a matrix docs/choosing.md shows, by the name of its block. */
export const CHOOSING_BLOCKS = [
  'finding',
  'response',
  'choices',
  'levels',
  'cores',
  'costs',
  'exporters',
  'exporter-costs',
  'captures',
  'design',
] as const;

export type ChoosingBlock = (typeof CHOOSING_BLOCKS)[number];

/** Where a run lies, for the page that links to it. */
export interface RunPlace {
  /** As the document names it. */
  readonly folder: string;
  /** Whether it has its heat map. */
  readonly hasReport: boolean;
}

/** By which a reader finds a service like theirs; the rows of the tree have several axes together. */
const SHOWN_AXES: readonly AxisName[] = ['capture', 'cores'];

/** A block of docs/choosing.md. */
export function writeChoosingBlock(block: ChoosingBlock, run: MatrixRun, place: RunPlace): string {
  return listParts(block, run, place)
    .filter((part) => part !== '')
    .join('\n\n');
}

/** In the place of every block, until somebody has recorded a matrix. */
export function writeMissingBlock(resultsFolder: string): string {
  return `No reference run yet: \`npm run experiment -- matrix --reference --results ${resultsFolder}/DATE\`.`;
}

function listParts(block: ChoosingBlock, run: MatrixRun, place: RunPlace): string[] {
  const outcomes = listOutcomes(run);
  const [compared, peers] = [listCompared(outcomes), listPeers(outcomes)];
  const axes = run.matrix.axes.filter(({ name }) => SHOWN_AXES.includes(name as AxisName));
  const rowsOf = (choices: readonly Choice[]) =>
    listChoiceEffects(choices, peers).flatMap(({ title, effect }): NamedEffect[] =>
      effect === null ? [] : [{ title, effect }],
    );
  switch (block) {
    case 'finding':
      return [concludeMatrix(run).sentence, describeCounted(outcomes), describeSource(run, place)];
    case 'response':
      return [describeResponse(run.matrix.axes, peers)];
    case 'choices':
      return writeWithLatency(listTables(run), 'choices', rowsOf(TEXT_CHOICES));
    case 'levels': {
      const effects = axes.flatMap((axis) =>
        listLevelEffects(axis, peers).map((effect) => ({ title: `${axis.name} ${effect.level}`, effect })),
      );
      return [writeMarkdownTable(tabulateLevels(axes, peers)), describeGains(effects)];
    }
    case 'cores':
      return writeWithLatency(listTables(run), 'cores', rowsOf(CORE_CHOICES));
    case 'costs':
      return [writeMarkdownTable(listTables(run).costs)];
    case 'exporters':
      return [
        writeMarkdownTable(listTables(run).exporters),
        describeBetterArms(run.matrix.axes, peers),
        writeMarkdownTable(listTables(run).latency.exporters),
        describeResponseGains(listArmRows(run.matrix.axes, peers)),
        describeLangfuseRow(run.matrix.axes, compared),
      ];
    case 'exporter-costs':
      return [writeMarkdownTable(listTables(run).exporterCosts)];
    case 'captures':
      return [writeMarkdownTable(listTables(run).captures), describePairLimits(compared)];
    case 'design':
      return [describeDesign(run), describeLinks(place)];
    default:
      throw new Error(`expected a block of docs/choosing.md, got '${block satisfies never}'`);
  }
}

function writeWithLatency(tables: MatrixTables, name: 'choices' | 'cores', rows: readonly NamedEffect[]): string[] {
  return [
    writeMarkdownTable(tables[name]),
    describeGains(rows),
    writeMarkdownTable(tables.latency[name]),
    describeResponseGains(rows),
  ];
}

function describeSource({ provenance }: MatrixRun, { folder }: RunPlace): string {
  return (
    `<sub>\`${provenance.command}\` on ${provenance.cpuCount} shared virtual cores, Node ${provenance.node}: ` +
    `[summary](${folder}/summary.md), [raw data](${folder}/raw.jsonl). Written by \`npm run docs:tables\`.</sub>`
  );
}

function describeLinks({ folder, hasReport }: RunPlace): string {
  const summary = `Every table by every axis is in the run's [summary](${folder}/summary.md)`;
  return hasReport
    ? `${summary}, and each cell in its [heat map](${folder}/report.html): open it in a browser, sort it, filter it, and ` +
        'choose the two axes you care about.'
    : `${summary}.`;
}
