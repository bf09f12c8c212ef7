import { setImmediate as nextTurn } from 'node:timers/promises';
import { OffloopConfigError } from '../errors.js';
import { monitorLoopDelay } from '../loop-delay/loop-delay-monitor.js';
import { LoopDelaySnapshot, type LoopDelaySnapshotJson } from '../loop-delay/loop-delay-snapshot.js';
import { parseLoopDelaySnapshot } from '../loop-delay/parse-loop-delay-snapshot.js';
import { describeValue } from '../option-checks.js';

type Snapshot = LoopDelaySnapshot | LoopDelaySnapshotJson;
type Snapshots = Snapshot | readonly Snapshot[];

/**
 * What a matcher takes: a function, during which the event loop of the test is measured until what it returns settles;
 * or what was measured elsewhere. A function that returns a snapshot, as JSON too, or a list of some is taken to have
 * measured by itself.
 */
export type LoopDelayRun = (() => unknown) | Snapshots | PromiseLike<Snapshots>;

export type RunFunction = () => unknown;

export function isRunFunction(run: unknown): run is RunFunction {
  return typeof run === 'function';
}

/**
 * Measures one call of a function, or takes what that measured by itself. What it throws is thrown on.
 *
 * @throws {OffloopConfigError} when what it returns is a snapshot in part: passed over, it would be an idle loop's.
 */
export async function measureCall(name: string, run: RunFunction): Promise<LoopDelaySnapshot[]> {
  const monitor = monitorLoopDelay();
  try {
    // What made the monitor, and what the test did before, ends with this turn.
    await nextTurn();
    monitor.reset();
    const result = await run();
    await nextTurn();
    const measured = monitor.stop();
    return holdsSnapshot(result) ? await readSnapshots(name, result) : [measured];
  } finally {
    monitor.stop();
  }
}

/** Told by a field that JSON has too, and a snapshot of another copy of the package. */
function holdsSnapshot(result: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  return list.some((item) => typeof item === 'object' && item !== null && 'arrivalWeighted' in item);
}

/** @throws {OffloopConfigError} for what is no snapshot, nor a list of some. */
export async function readSnapshots(name: string, run: unknown): Promise<LoopDelaySnapshot[]> {
  const value = await run;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > 0) return list.map((item) => readSnapshot(name, item));
  throw new OffloopConfigError(name, 'expected at least one snapshot, got an empty list');
}

function readSnapshot(name: string, value: unknown): LoopDelaySnapshot {
  if (value instanceof LoopDelaySnapshot) return value;
  if (typeof value !== 'object' || value === null) {
    throw new OffloopConfigError(
      name,
      `expected a function, or a snapshot of offloop/loop-delay, got ${describeValue(value)}`,
    );
  }
  // One of another copy of the package is written as JSON first.
  return parseLoopDelaySnapshot(JSON.parse(JSON.stringify(value)));
}
