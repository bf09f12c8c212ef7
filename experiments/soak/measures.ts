import { ArrivalWeightedDelay } from 'offloop/loop-delay';
import type { Sample } from './protocol.js';
import type { ArmRecord, SoakRun } from './run-soak.js';
import { HEALTHY_SECONDS } from './scenarios.js';
import { mean } from './trend.js';

/** The seconds that are judged, by arm. */
export interface JudgedWindow {
  readonly firstSecond: number;
  readonly offloop: readonly Sample[];
  readonly control: readonly Sample[];
}

export const MIB = 1024 * 1024;

/** What a second at full queue still sees of its filling. */
export const SETTLE_SECONDS = 5;

/** A slope of fewer seconds is the garbage collector's. */
const MIN_WINDOW_SECONDS = 20;

/** Recycled buffers, as the processor bounds them. */
const MAX_POOLED_BYTES = 32 * MIB;

/** The second half; where the queue fills, what comes after the first drop without a sink. Undefined when that is too short. */
export function chooseWindow({ settings, ...run }: SoakRun): JudgedWindow | undefined {
  const { samples } = findArm(run, 'offloop');
  // A small queue may also be full for a moment while the worker starts.
  const droppedBefore = samples[HEALTHY_SECONDS]?.spans.dropped ?? 0;
  const firstDrop = samples.findIndex(({ spans }) => spans.dropped > droppedBefore);
  const fullSecond = firstDrop === -1 ? samples.length : firstDrop + SETTLE_SECONDS;
  const firstSecond = settings.scenario.isHealthy ? Math.ceil(samples.length / 2) : fullSecond;
  if (samples.length - firstSecond < MIN_WINDOW_SECONDS) return undefined;
  const control = findArm(run, 'control').samples.slice(firstSecond);
  return { firstSecond, offloop: samples.slice(firstSecond), control };
}

export function findArm({ arms }: Pick<SoakRun, 'arms'>, name: ArmRecord['arm']): ArmRecord {
  const record = arms.find(({ arm }) => arm === name);
  if (record === undefined) throw new Error(`expected a run with the arm ${name}`);
  return record;
}

/** Of a judged window: how far offloop's resident memory goes beyond the control's, and what that is made of. */
export function accountMemory({ settings, ...run }: SoakRun, { offloop, control }: JudgedWindow) {
  const over = (read: (sample: Sample) => number) => mean(offloop.map(read)) - mean(control.map(read));
  const idleRss = (name: ArmRecord['arm']) => findArm(run, name).samples[0]?.memory.rss ?? Number.NaN;
  return {
    rssBytes: over(({ memory }) => memory.rss),
    queueBytes: mean(offloop.map(({ pendingBytes }) => pendingBytes)),
    arrayBufferBytes: over(({ memory }) => memory.arrayBuffers),
    heapBytes: over(({ memory }) => memory.heapUsed),
    idleBytes: idleRss('offloop') - idleRss('control'),
    maxPooledBytes: Math.min(MAX_POOLED_BYTES, settings.maxQueueBytes),
  };
}

/** The fraction of the time in which other processes had the cores; NaN where the system doesn't say. */
export function measureStarvation(samples: readonly Sample[]): number {
  return mean(samples.map(({ loopDelay }) => (loopDelay.runnableMillis ?? Number.NaN) / loopDelay.observedMillis));
}

export function delayOf(samples: readonly Sample[]): ArrivalWeightedDelay {
  return ArrivalWeightedDelay.merge(
    samples.map(({ loopDelay }) => new ArrivalWeightedDelay(loopDelay.blocks, loopDelay.observedMillis)),
  );
}

/** Spans a second over the whole run. */
export function measureRate({ samples }: ArmRecord): number {
  const last = samples.at(-1);
  return last === undefined ? Number.NaN : (last.madeSpanCount / last.elapsedMillis) * 1_000;
}

export function formatMib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
