import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FigureName } from '#gate/figures';
import type { GateResult, GateVerdict } from '#gate/gate-result';
import type { Interval } from '#gate/statistics/bootstrap-interval';
import { UsageError } from '../command-line.js';
import type { GateSize } from './arm-settings.js';
import { describeSize, type LiveStep } from './live-plan.js';
import { chooseFigure } from './power-gates.js';

/** A line of live.jsonl: one run of `offloop gate`, from its start to its exit code. */
export interface LiveRun extends LiveOrigin {
  /** A label of the power study. */
  readonly candidate: string;
  /** From 0. */
  readonly round: number;
  readonly startedAt: string;
  readonly verdict: GateVerdict;
  /** The verdict in a line, with its reason. */
  readonly sentence: string;
  readonly exitCode: number;
  readonly durationMillis: number;
  /** Blocks whose trials both count. */
  readonly blockCount: number;
  /** What was judged; difference and limit are in its own unit, and null where nothing could be counted. */
  readonly figure: FigureName;
  readonly difference: Interval | null;
  readonly limit: number | null;
  /** Of all answered requests, the warm-ups' among them; none is counted twice. */
  readonly expectedSpanCount: number;
  readonly receivedSpanCount: number;
  /** That all it left out, or could not tell, was the machine's noise. */
  readonly isMachineToBlame: boolean;
}

export interface LiveOrigin {
  /** Of the checkout, with `-dirty` when it held uncommitted changes; null outside one. */
  readonly commit: string | null;
  readonly node: string;
  /** Its processors and its system. */
  readonly machine: string;
  readonly size: GateSize;
}

/** What is known of a run from outside of the gate. */
export type LiveSurroundings = LiveOrigin &
  Pick<LiveRun, 'startedAt' | 'exitCode' | 'durationMillis' | 'isMachineToBlame'> &
  Pick<LiveRun, 'expectedSpanCount' | 'receivedSpanCount'>;

const LIVE_FILE = 'live.jsonl';

export function makeLiveRun({ arm, round }: LiveStep, result: GateResult, surroundings: LiveSurroundings): LiveRun {
  const figure = chooseFigure(arm);
  const judged = result.figures.find((one) => one.figure === figure);
  return {
    candidate: arm.label,
    round,
    ...surroundings,
    verdict: result.verdict,
    sentence: result.sentence,
    blockCount: result.pairCount,
    figure,
    difference: judged?.difference ?? null,
    limit: judged?.margin?.limit ?? null,
  };
}

/** Of a folder; none where it holds none. */
export async function readLiveRuns(folder: string): Promise<LiveRun[]> {
  const file = join(folder, LIVE_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseRun(line, `${file}, line ${index + 1}`));
}

export async function appendLiveRun(folder: string, run: LiveRun): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, LIVE_FILE), `${JSON.stringify(run)}\n`);
}

/**
 * What may not stand in one table.
 *
 * @throws {UsageError} where the folder has runs of another Node.js, machine or size, or of other arms than `steps`.
 */
export function expectSameRuns(
  folder: string,
  runs: readonly LiveRun[],
  origin: Omit<LiveOrigin, 'commit'>,
  steps: readonly LiveStep[],
): void {
  const stray = runs.find(({ candidate }) => steps.every(({ arm }) => arm.label !== candidate));
  if (stray !== undefined) {
    const labels = [...new Set(steps.map(({ arm }) => arm.label))].join(', ');
    throw new UsageError(
      `${join(folder, LIVE_FILE)}: expected runs of ${labels}, got one of ${stray.candidate}; ` +
        'name its service with --service, or another folder with --results',
    );
  }
  const wanted = describeOrigin(origin);
  const other = runs.map(describeOrigin).find((description) => description !== wanted);
  if (other === undefined) return;
  throw new UsageError(
    `${join(folder, LIVE_FILE)}: expected runs ${wanted}, got one ${other}; ` +
      'go on with what they were made with, or name another folder with --results',
  );
}

/** Each once, short, in the order in which they came: a change of the documents between two runs changes no figure. */
export function listCommits(runs: readonly Pick<LiveOrigin, 'commit'>[]): string[] {
  const shorten = (commit: string) => commit.replace(/^([0-9a-f]{7})[0-9a-f]+/, '$1');
  return [...new Set(runs.map(({ commit }) => (commit === null ? 'unknown' : shorten(commit))))];
}

function describeOrigin({ node, machine, size }: Omit<LiveOrigin, 'commit'>): string {
  return `under Node ${node} on ${machine}, ${describeSize(size)}`;
}

function parseRun(line: string, place: string): LiveRun {
  try {
    return JSON.parse(line) as LiveRun;
  } catch (error) {
    throw new UsageError(`${place}: expected a live run as JSON, got something else; take the line out`, {
      cause: error,
    });
  }
}
