import { join } from 'node:path';
import { CLAIMS } from './claims/index.js';
import { readNumber, readOptions, UsageError } from './command-line.js';
import { MATRIX_NAME } from './matrix/matrix-order.js';
import type { RecordingMode } from './runner/recording.js';
import { WARM_UP_SIZE } from './runner/run.js';
import type { Scenario, TrialSize } from './runner/scenario.js';
import { atSize, DEFAULT_INJECTED_BLOCKS, withControls, withInjectedBlocks } from './runner/scenario-arms.js';
import { SCENARIOS } from './scenarios/index.js';
import type { InjectedBlocks } from './service/injected-blocks.js';
import { readSizeName } from './size-flags.js';
import { STUDIES } from './studies/index.js';

/** What somebody ordered on the command line of `npm run experiment`. */
export interface ExperimentOrder {
  readonly scenario: Scenario;
  readonly size: TrialSize;
  readonly seed: number;
  readonly folder: string;
  /** What to do with a run that lies in the folder. */
  readonly mode: RecordingMode;
  /** What to type to repeat it. */
  readonly command: string;
  readonly resumeCommand: string;
}

const FLAGS = ['--quick', '--reference', '--controls', '--resume'] as const;
type Flag = (typeof FLAGS)[number];

/** Room for the longest name. */
const SCENARIO_NAME_WIDTH = 22;

/**
 * What a trial takes beside warming up and measuring: two processes start, one flushes and ends. The means of the
 * committed runs lie between 450 and 870 ms, by when their trials started.
 */
const TRIAL_OVERHEAD_MILLIS = 650;

/** @throws {UsageError} for a scenario or option that is none. */
export function readOrder(name: string, words: readonly string[]): ExperimentOrder {
  const flags = new Set(words.filter(isFlag));
  const sizeName = readSizeName(flags);
  const chosen = atSize(findScenario(name), sizeName);
  const size = chosen.sizes[sizeName];
  const localFolder = join('results', 'local', name);
  const { lengthMillis, ratePerSecond } = DEFAULT_INJECTED_BLOCKS;
  const options = readOptions(
    { blocks: String(size.blockCount), seed: '1', results: localFolder, inject: `${lengthMillis}x${ratePerSecond}` },
    words.filter((word) => !isFlag(word)),
  );
  const injected = readInjectedBlocks(options.inject);
  const isControlled = sizeName === 'reference' || flags.has('--controls');
  const command = ['npm run experiment --', name, ...words.filter((word) => word !== '--resume')].join(' ');
  return {
    scenario: isControlled ? withControls(chosen, injected) : withInjectedBlocks(chosen, injected),
    size: { ...size, blockCount: readNumber(options, 'blocks', { min: 1, max: 1_000 }) },
    seed: readNumber(options, 'seed', { min: 0, max: 1_000_000 }),
    folder: options.results,
    mode: flags.has('--resume') ? 'go-on' : options.results === localFolder ? 'replace' : 'keep',
    command,
    resumeCommand: `${command} --resume`,
  };
}

/** How long a trial takes, as far as is known before one has ended. */
export function estimateTrialMillis({ warmUpMillis, measuredMillis }: TrialSize): number {
  return warmUpMillis + measuredMillis + TRIAL_OVERHEAD_MILLIS;
}

/** A scenario in two lines: its name and title, and how long its sizes take. */
export function describeScenario(scenario: Scenario): string {
  const seconds = ({ arms }: Scenario, size: TrialSize) => {
    const trialsMillis = size.blockCount * arms.length * estimateTrialMillis(size);
    return `${Math.round((estimateTrialMillis(WARM_UP_SIZE) + trialsMillis) / 1_000)} s`;
  };
  const { name, title, sizes } = scenario;
  const controlled = withControls(scenario, DEFAULT_INJECTED_BLOCKS);
  return (
    `${name.padEnd(SCENARIO_NAME_WIDTH)} ${title}\n${' '.repeat(SCENARIO_NAME_WIDTH + 1)}about ${seconds(scenario, sizes.standard)}, ` +
    `--quick ${seconds(atSize(scenario, 'quick'), sizes.quick)}, --reference ${seconds(controlled, sizes.reference)}; 2 cores`
  );
}

function findScenario(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  const names = [...[...SCENARIOS, ...CLAIMS, ...STUDIES].map((candidate) => candidate.name), MATRIX_NAME].join(', ');
  throw new UsageError(`unknown experiment '${name}'; expected one of ${names} (see npm run experiment -- list)`);
}

function readInjectedBlocks(text: string): InjectedBlocks {
  const [, length, rate] = /^(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const blocks = { lengthMillis: Number(length), ratePerSecond: Number(rate) };
  const busyMillisPerSecond = blocks.lengthMillis * blocks.ratePerSecond;
  if (busyMillisPerSecond > 0 && busyMillisPerSecond < 1_000) return blocks;
  throw new UsageError(
    `--inject: expected MILLISECONDSxTIMES-A-SECOND that leave the loop some time, such as 10x2, got '${text}'`,
  );
}

function isFlag(word: string): word is Flag {
  return (FLAGS as readonly string[]).includes(word);
}
