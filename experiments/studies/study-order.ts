import { join } from 'node:path';
import { readNumber, readOptions, UsageError } from '../command-line.js';
import { formatDuration } from '../report/format-figure.js';
import type { Study, StudySize } from './study.js';

/** What somebody ordered on the command line: a study, how much of it, and where it goes. */
export interface StudyRunOrder {
  readonly study: Study;
  readonly size: StudySize;
  readonly seed: number;
  readonly folder: string;
  /** Another run that lies in the folder may go. */
  readonly mayReplace: boolean;
  /** What to type to repeat it. */
  readonly command: string;
}

const FLAGS: readonly string[] = ['--quick', '--reference'];

/** Room for the longest name. */
const NAME_WIDTH = 18;

/** @throws {UsageError} for an option that is none. */
export function readStudyOrder(study: Study, words: readonly string[]): StudyRunOrder {
  const flags = words.filter((word) => FLAGS.includes(word));
  if (new Set(flags).size > 1) {
    throw new UsageError('expected one of --quick and --reference, got --quick and --reference');
  }
  const size = study.sizes[flags[0] === '--quick' ? 'quick' : flags[0] === '--reference' ? 'reference' : 'standard'];
  const localFolder = join('results', 'local', study.name);
  const options = readOptions(
    { blocks: String(size.blockCount), seed: '1', results: localFolder },
    words.filter((word) => !FLAGS.includes(word)),
  );
  return {
    study,
    size: { ...size, blockCount: readNumber(options, 'blocks', { min: 1, max: 1_000 }) },
    seed: readNumber(options, 'seed', { min: 0, max: 1_000_000 }),
    folder: options.results,
    mayReplace: options.results === localFolder,
    command: ['npm run experiment --', study.name, ...words].join(' '),
  };
}

/** A study in two lines: its name and title, and how long its sizes take. */
export function describeStudy({ name, title, cases, sizes }: Study): string {
  const duration = ({ blockCount, expectedTrialMillis }: StudySize) =>
    formatDuration(blockCount * cases.length * expectedTrialMillis);
  return (
    `${name.padEnd(NAME_WIDTH)} ${title}\n${' '.repeat(NAME_WIDTH + 1)}about ${duration(sizes.standard)}, ` +
    `--quick ${duration(sizes.quick)}, --reference ${duration(sizes.reference)}; 2 cores`
  );
}
