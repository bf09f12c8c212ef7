import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNumber, readOptions, UsageError } from './command-line.js';
import { describeReplay } from './report/replay-report.js';
import { wrapText } from './report/terminal.js';
import { LAB_RULE, listPairs } from './runner/paired-comparison.js';
import { readRun } from './runner/raw-data.js';
import { replayRuns } from './runner/replay.js';

const DEFAULT_BLOCK_COUNT = '10';

const SUMMARY_FILE = 'replay.md';

/** `replay DIR [--blocks N] [--runs N] [--seed S]`: prints how often the decision errs and writes it beside the trials. */
export async function replay([folder, ...words]: readonly string[]): Promise<void> {
  if (folder === undefined || folder.startsWith('--')) {
    throw new UsageError('replay: expected the folder of a run with injected blocks, such as results/local/controls');
  }
  const options = readOptions({ blocks: DEFAULT_BLOCK_COUNT, runs: '2000', seed: '1' }, words);
  const run = await readRun(folder);
  const [control] = run.scenario.arms;
  const injectedArm = run.scenario.arms.find(({ role }) => role === 'injected');
  if (control === undefined || injectedArm === undefined) {
    throw new UsageError(
      `replay: ${folder} has no arm with injected blocks; record one with npm run experiment -- controls`,
    );
  }
  const settings = {
    blockCount: readNumber(options, 'blocks', { min: 1, max: 1_000 }),
    runCount: readNumber(options, 'runs', { min: 1, max: 100_000 }),
    rule: LAB_RULE,
    seed: readNumber(options, 'seed', { min: 0, max: 1_000_000 }),
  };
  const pairs = listPairs(run.trials, control.label, injectedArm.label);
  let result: ReturnType<typeof replayRuns>;
  try {
    result = replayRuns(pairs, settings);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`replay: ${error.message}`) : error;
  }
  const command = ['npm run experiment -- replay', folder, ...words].join(' ');
  const paragraphs = describeReplay({ run, pairs, settings, result, command });
  await writeFile(join(folder, SUMMARY_FILE), `# Replay\n\n${paragraphs.join('\n\n')}\n`);
  process.stdout.write(`${paragraphs.map(wrapText).join('\n\n')}\n`);
  process.stderr.write(`\nWritten: ${join(folder, SUMMARY_FILE)}\n`);
}
