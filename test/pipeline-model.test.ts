import { setTimeout as delay } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import fc from 'fast-check';
import type { ProcessorStats } from 'offloop';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SinkBehaviour } from '../experiments/sink/behaviour.js';
import { Sink } from '../experiments/sink/sink.js';
import { ModelledProcessor, type ModelSettings } from './fixtures/modelled-processor.js';
import {
  type Answer,
  EXPORT_ORDERS,
  type ExportOrder,
  FIRST_EXPORT,
  SHARED_COUNTS,
  type SteeredExporterOptions,
} from './fixtures/steered-exporter.js';

/**
 * Random interleavings of ends, flushes, shutdowns, crashes and outcomes on a real processor with real threads.
 * `OFFLOOP_MODEL_MINUTES=10 npx vitest run test/pipeline-model.test.ts` looks for longer, half of it at each receiver.
 * A failure prints its seed, to be given as `OFFLOOP_MODEL_SEED`; threads take their own time, so that it may need a few
 * tries to come again.
 */
const minutes = Number(process.env['OFFLOOP_MODEL_MINUTES'] ?? 0);
const timeLimitMillis = minutes > 0 ? minutes * 30_000 : 25_000;
/** A machine that gets no further in the time has not tested anything. */
const MIN_RUN_COUNT = 10;
/** It takes as long to start a thread. */
const LEAST_RUN_MILLIS = 25;

const STEERED_EXPORTER = new URL('../dist/test/fixtures/steered-exporter.js', import.meta.url);
const MAX_EXPORTS = 10_000;
const PATIENT_TIMEOUT_MILLIS = 10_000;

type Action =
  | { readonly type: 'end'; readonly spanCount: number; readonly textLength: number }
  | { readonly type: 'flush' }
  | { readonly type: 'shutdown' }
  /** From outside, whatever the thread does. */
  | { readonly type: 'kill'; readonly pick: number }
  /** The main thread does not come round to anything. */
  | { readonly type: 'block'; readonly blockMillis: number }
  | { readonly type: 'pause'; readonly pauseMillis: number }
  /** Lets an export reach the receiver. */
  | { readonly type: 'wait-for-export' };

type SteeredAction =
  | Action
  | { readonly type: 'order'; readonly order: ExportOrder }
  | { readonly type: 'answer'; readonly pick: number; readonly order: ExportOrder };

type SinkAction = Action | { readonly type: 'behave'; readonly behaviour: SinkBehaviour };

const textLength = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1_000, max: 100_000 }) },
  // Closes the open chunk; larger than a chunk; larger than a span may be.
  { weight: 1, arbitrary: fc.constantFrom(400_000, 900_000, 1_500_000, 3_000_000, 5_000_000) },
);
/** Many, because most of a run's time goes into starting its threads. */
const STEPS = { minLength: 5, maxLength: 60, size: 'max' } as const;
const pick = fc.nat({ max: 20 });
const actions: fc.WeightedArbitrary<Action>[] = [
  {
    weight: 10,
    arbitrary: fc.record({ type: fc.constant('end'), spanCount: fc.integer({ min: 1, max: 12 }), textLength }),
  },
  { weight: 3, arbitrary: fc.constant({ type: 'flush' }) },
  { weight: 1, arbitrary: fc.constant({ type: 'shutdown' }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('kill'), pick }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('block'), blockMillis: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pause'), pauseMillis: fc.integer({ min: 0, max: 40 }) }) },
  { weight: 3, arbitrary: fc.constant({ type: 'wait-for-export' }) },
];

const settings: fc.Arbitrary<ModelSettings> = fc.record({
  handOff: fc.constantFrom('transfer', 'shared'),
  threads: fc.constantFrom(1, 1, 2, 3),
  maxExportBatchSize: fc.integer({ min: 1, max: 8 }),
  maxQueueSize: fc.oneof(fc.constant(undefined), fc.integer({ min: 8, max: 60 })),
  maxQueueBytes: fc.constantFrom(4 * 1024 * 1024, 64 * 1024 * 1024),
  isWarm: fc.constantFrom(true, true, true, false),
  exportTimeoutMillis: fc.constantFrom(PATIENT_TIMEOUT_MILLIS, 300),
  hooksExport: fc.constantFrom(undefined, 'identity', 'identityLater'),
});

beforeAll(() => {
  diag.setLogger({ error() {}, warn() {}, info() {}, debug() {}, verbose() {} }, { logLevel: DiagLogLevel.ALL });
});

afterAll(() => diag.disable());

/** Runs random cases until the time is over; one that is under way then is not cut, since it may be about to fail. */
async function expectAlways<T>(arbitrary: fc.Arbitrary<T>, run: (value: T) => Promise<void>): Promise<void> {
  const endMillis = performance.now() + timeLimitMillis;
  let runCount = 0;
  const property = fc.asyncProperty(arbitrary, async (value) => {
    if (performance.now() > endMillis) return;
    await run(value);
    runCount += 1;
  });
  const seed = process.env['OFFLOOP_MODEL_SEED'];
  await fc.assert(property, {
    numRuns: Math.ceil(timeLimitMillis / LEAST_RUN_MILLIS),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  expect(runCount).toBeGreaterThanOrEqual(MIN_RUN_COUNT);
}

async function act(subject: ModelledProcessor, action: Action, countExports: () => number): Promise<void> {
  switch (action.type) {
    case 'end':
      for (let index = 0; index < action.spanCount; index++) subject.end(action.textLength);
      return;
    case 'flush':
      subject.flush();
      return;
    case 'shutdown':
      subject.shutdown();
      return;
    case 'kill':
      subject.kill(action.pick);
      return;
    case 'block':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, action.blockMillis);
      return;
    case 'pause':
      await delay(action.pauseMillis);
      return;
    case 'wait-for-export': {
      const exportCount = countExports();
      for (let turn = 0; turn < 50 && countExports() === exportCount; turn++) {
        if (subject.check().pendingSpanCount === 0) return;
        await delay(5);
      }
      return;
    }
    default:
      action satisfies never;
  }
}

/** Losses that nobody ordered. */
function expectNoUnorderedLoss(
  { failedSpanCountByReason, droppedSpanCountByReason }: ProcessorStats,
  subject: ModelledProcessor,
  settings: ModelSettings,
  crashCount: number,
): void {
  const { no_worker, no_memory, span_unreadable, process_exit, worker_crashed = 0 } = droppedSpanCountByReason;
  expect({ no_memory, span_unreadable, process_exit }).toEqual({});
  // Two threads in a row that are killed before they said a word can't start: none is tried for 5 s.
  if (subject.killCount < 2) expect(no_worker).toBeUndefined();
  // Its first crash only makes a chunk suspect, and it is given up when it is alone: a crash costs one chunk at the most.
  expect(worker_crashed).toBeLessThanOrEqual(Math.max(0, crashCount - 1) * settings.maxExportBatchSize);
  const { exporter_unavailable, hooks_unavailable, chunk_format, span_too_large_for_receiver, export_timeout } =
    failedSpanCountByReason;
  expect({ exporter_unavailable, hooks_unavailable, chunk_format, span_too_large_for_receiver }).toEqual({});
  if (settings.exportTimeoutMillis === PATIENT_TIMEOUT_MILLIS) {
    expect(export_timeout).toBeUndefined();
    expect(droppedSpanCountByReason.shut_down ?? 0).toBe(subject.lateSpanCount);
  }
}

describe('accepted = exported + failed + dropped + pending at every step, and nothing is lost that nobody ordered', () => {
  it('with an exporter that answers, fails, hangs and crashes when it is told', {
    timeout: 2 * timeLimitMillis + 60_000,
  }, async () => {
    const order = fc.constantFrom(...EXPORT_ORDERS);
    // Rarely: it takes 5 s.
    const isOutwaited = fc.integer({ min: 0, max: 5 }).map((number) => number === 0);
    const answer = fc.constantFrom(...EXPORT_ORDERS.filter((name) => name !== 'throw'));
    const steps = fc.array<SteeredAction>(
      fc.oneof(
        ...actions,
        { weight: 4, arbitrary: fc.record({ type: fc.constant('order'), order }) },
        { weight: 6, arbitrary: fc.record({ type: fc.constant('answer'), pick, order: answer }) },
      ),
      STEPS,
    );
    // 1 is the default, and where an export that overruns its time would have company first.
    const maxConcurrentExports = fc.constantFrom(1, 1, 3, 8);
    const run = fc.record({ settings, maxConcurrentExports, steps, isReleased: fc.boolean(), isOutwaited });
    await expectAlways(run, runSteered);
  });

  it('with a sink that answers, refuses, resets, hangs and takes a part', {
    timeout: 2 * timeLimitMillis + 60_000,
  }, async () => {
    const schedule = { everyRequestCount: fc.integer({ min: 1, max: 3 }) };
    const behaviour: fc.Arbitrary<SinkBehaviour> = fc.oneof(
      fc.constant({}),
      fc.record({ delayMillis: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ fail: fc.record({ ...schedule, status: fc.constantFrom(400, 503) }) }),
      fc.record({ partialSuccess: fc.record({ ...schedule, rejectedSpans: fc.integer({ min: 0, max: 4 }) }) }),
      fc.record({
        reset: fc.record({
          ...schedule,
          moment: fc.constantFrom('before-reading', 'after-reading', 'after-accepting'),
        }),
      }),
      fc.record({ hang: fc.record(schedule) }),
    );
    const steps = fc.array<SinkAction>(
      fc.oneof(...actions, { weight: 6, arbitrary: fc.record({ type: fc.constant('behave'), behaviour }) }),
      STEPS,
    );
    await expectAlways(fc.record({ settings, steps }), runWithSink);
  });
});

async function runSteered(run: {
  readonly settings: ModelSettings;
  readonly maxConcurrentExports: number;
  readonly steps: readonly SteeredAction[];
  /** Whether a run that does not wait long ends with an exporter in good health. */
  readonly isReleased: boolean;
  /** Whether threads that are stuck stay so until they are replaced. */
  readonly isOutwaited: boolean;
}): Promise<void> {
  const { settings, maxConcurrentExports } = run;
  const isPatient = settings.exportTimeoutMillis === PATIENT_TIMEOUT_MILLIS;
  const channelName = `steered ${Math.random()}`;
  const channel = new BroadcastChannel(channelName);
  const shared = new Int32Array(new SharedArrayBuffer(4 * (FIRST_EXPORT + MAX_EXPORTS)));
  const receivedCounts = new Int32Array(new SharedArrayBuffer(4 * MAX_EXPORTS));
  const options: SteeredExporterOptions = { channelName, shared, receivedCounts, maxConcurrentExports };
  const exporter = { module: STEERED_EXPORTER, export: 'SteeredExporter', options, maxConcurrentExports };
  const subject = new ModelledProcessor(settings, exporter);
  const read = (name: keyof typeof SHARED_COUNTS) => Atomics.load(shared, SHARED_COUNTS[name]);
  const obey = (order: ExportOrder) => Atomics.store(shared, SHARED_COUNTS.order, EXPORT_ORDERS.indexOf(order));
  const listHeld = () => {
    const ids = Array.from({ length: read('exportCount') }, (_, exportId) => exportId);
    return ids.filter((exportId) => Atomics.load(shared, FIRST_EXPORT + exportId) === 1);
  };
  const answer = (exportId: number, order: ExportOrder) => {
    channel.postMessage({ exportId, order } satisfies Answer);
  };
  const check = () => {
    const { exportedSpanCount } = subject.check();
    expect(read('damagedSpanCount'), 'damaged spans').toBe(0);
    expect(read('excessCount'), 'exports past maxConcurrentExports').toBe(0);
    expect(countReceived(receivedCounts), 'received spans').toBeGreaterThanOrEqual(exportedSpanCount);
  };
  const answerHeld = () => {
    obey('succeed');
    for (const exportId of listHeld()) answer(exportId, 'succeed');
  };
  const release = () => {
    Atomics.store(shared, SHARED_COUNTS.isUnstuck, 1);
    Atomics.notify(shared, SHARED_COUNTS.isUnstuck);
    answerHeld();
  };

  let releasing: NodeJS.Timeout | undefined;
  try {
    if (settings.isWarm) await subject.waitForThreads();
    for (const step of run.steps) {
      if (step.type === 'order') obey(step.order);
      else if (step.type === 'answer') {
        const held = listHeld();
        const exportId = held[step.pick % Math.max(1, held.length)];
        // To hold what is held is never to answer.
        if (exportId !== undefined && !(isPatient && step.order === 'hold')) answer(exportId, step.order);
      } else await act(subject, step, () => read('exportCount'));
      check();
    }
    if (run.isOutwaited && !isPatient && !subject.isShutDown && read('stuckCount') > 0) {
      releasing = setInterval(answerHeld, 5);
      await expect.poll(() => subject.check().pendingSpanCount, { timeout: 20_000 }).toBe(0);
      clearInterval(releasing);
    }
    // Again and again: what is sent again after a crash may have read its order before.
    if (isPatient || run.isReleased) releasing = setInterval(release, 5);
    const stats = await subject.finish();
    check();
    const crashCount = subject.killCount + read('crashCount') + (isPatient ? 0 : read('stuckCount'));
    expectNoUnorderedLoss(stats, subject, settings, crashCount);
    const { export_failed = 0, rejected } = stats.failedSpanCountByReason;
    expect(export_failed).toBeLessThanOrEqual(read('failedSpanCount'));
    expect(rejected).toBeUndefined();
    if (crashCount === 0) {
      expect(Math.max(...receivedCounts), 'a span is sent twice and no thread died').toBeLessThanOrEqual(1);
    }
  } finally {
    clearInterval(releasing);
    release();
    channel.close();
    await subject.dispose();
  }
}

function countReceived(receivedCounts: Int32Array): number {
  return receivedCounts.reduce((total, count) => total + (count > 0 ? 1 : 0), 0);
}

async function runWithSink(run: {
  readonly settings: ModelSettings;
  readonly steps: readonly SinkAction[];
}): Promise<void> {
  const { settings } = run;
  const isPatient = settings.exportTimeoutMillis === PATIENT_TIMEOUT_MILLIS;
  const sink = await Sink.listen({ port: 0 });
  const subject = new ModelledProcessor(settings, { url: sink.tracesUrl });
  const check = async () => {
    // First, since more may arrive meanwhile.
    const { exportedSpanCount } = subject.check();
    const { receivedCount, duplicateCount } = (await sink.report()).spans;
    expect(receivedCount - (duplicateCount ?? 0), 'received spans').toBeGreaterThanOrEqual(exportedSpanCount);
  };
  let requestCount = 0;
  try {
    if (settings.isWarm) await subject.waitForThreads();
    for (const step of run.steps) {
      if (step.type === 'behave') {
        // A request that hangs is sent again only after 10 s.
        if (!isPatient || step.behaviour.hang === undefined) await sink.setBehaviour(step.behaviour);
      } else await act(subject, step, () => requestCount);
      await check();
      requestCount = (await sink.report()).requests.receivedCount;
    }
    if (isPatient) await sink.setBehaviour({});
    const stats = await subject.finish();
    await check();
    expectNoUnorderedLoss(stats, subject, settings, subject.killCount);
    const { export_failed = 0, rejected = 0 } = stats.failedSpanCountByReason;
    const { requests, spans } = await sink.report();
    expect(rejected).toBeLessThanOrEqual(spans.rejectedCount);
    const refusedCount = requests.countByStatus['400'] ?? 0;
    if (isPatient) expect(export_failed).toBeLessThanOrEqual(refusedCount * settings.maxExportBatchSize);
  } finally {
    await subject.dispose();
    await sink.close();
  }
}
