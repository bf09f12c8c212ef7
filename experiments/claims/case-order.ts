import { join } from 'node:path';
import { readNumber, readOptions } from '../command-line.js';
import { formatDuration } from '../report/format-figure.js';
import { readSizeName, SIZE_FLAGS } from '../size-flags.js';
import type { Claim, ClaimSize } from './claim.js';

/** What a claim and a study declare alike. */
export type DeclaredCases = Pick<Claim, 'name' | 'title' | 'cases' | 'sizes'>;

/** What somebody ordered on the command line: a claim or a study, how much of it, and where it goes. */
export interface CaseOrder<Experiment extends DeclaredCases> {
  readonly experiment: Experiment;
  readonly size: ClaimSize;
  readonly seed: number;
  readonly folder: string;
  /** Another run that lies in the folder may go. */
  readonly mayReplace: boolean;
  /** What to type to repeat it. */
  readonly command: string;
}

/** Room for the longest name. */
const NAME_WIDTH = 18;

/** @throws {UsageError} for an option that is none. */
export function readCaseOrder<Experiment extends DeclaredCases>(
  experiment: Experiment,
  words: readonly string[],
): CaseOrder<Experiment> {
  const { name, sizes } = experiment;
  const size = sizes[readSizeName(words)];
  const localFolder = join('results', 'local', name);
  const options = readOptions(
    { blocks: String(size.blockCount), seed: '1', results: localFolder },
    words.filter((word) => !SIZE_FLAGS.includes(word)),
  );
  return {
    experiment,
    size: { ...size, blockCount: readNumber(options, 'blocks', { min: 1, max: 1_000 }) },
    seed: readNumber(options, 'seed', { min: 0, max: 1_000_000 }),
    folder: options.results,
    mayReplace: options.results === localFolder,
    command: ['npm run experiment --', name, ...words].join(' '),
  };
}

/** In two lines: name and title, and how long its sizes take. */
export function describeCases({ name, title, cases, sizes }: DeclaredCases): string {
  const duration = ({ blockCount, expectedTrialMillis }: ClaimSize) =>
    formatDuration(blockCount * cases.length * expectedTrialMillis);
  return (
    `${name.padEnd(NAME_WIDTH)} ${title}\n${' '.repeat(NAME_WIDTH + 1)}about ${duration(sizes.standard)}, ` +
    `--quick ${duration(sizes.quick)}, --reference ${duration(sizes.reference)}; 2 cores`
  );
}
