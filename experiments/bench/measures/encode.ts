import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Bench, type Task } from 'tinybench';
import { BATCH_SPAN_COUNT } from '../encode-arms/encode-arm.js';
import { createEncodeArm } from '../encode-arms/index.js';
import type { Payload } from '../payloads.js';
import { makeSpans, SpanMaker } from '../sample-spans.js';
import type { EncodeTask, Figures, FreshTask } from '../trial.js';

/** A batch of the slowest arm takes a third of a second. */
const MIN_SAMPLE_COUNT = 3;

const MAX_BATCH_CHARACTERS = 32_000_000;

const MICROS_PER_MILLI = 1_000;

const CLOCK_READING_COUNT = 10_000;

/** Encodes the same spans over and over, a batch a sample. */
export async function measureEncode(task: EncodeTask, ddTraceFolder: string): Promise<Figures> {
  const spans = makeSpans(task.payload, task.distinctSpanCount);
  const arm = await createEncodeArm(task.arm, { spans, ddTraceFolder });
  const batch = Array.from(
    { length: chooseBatchSpanCount(task.payload) },
    (_, index) => spans[index % spans.length] as ReadableSpan,
  );
  const bench = createBench(task.measureMillis);
  bench.add('encode', () => arm.encode(batch), { afterEach: () => arm.settle?.() });
  const [encode] = await bench.run();
  await arm.end?.();
  return { microsPerSpan: readMedianMicros(encode) / batch.length };
}

/** A full batch of 1 MB texts as OTLP/JSON would be longer than a string may be. */
function chooseBatchSpanCount({ textCount, textCharacters }: Payload): number {
  const spanCharacters = Math.max(1, textCount * textCharacters);
  return Math.min(BATCH_SPAN_COUNT, Math.ceil(MAX_BATCH_CHARACTERS / spanCharacters));
}

/**
 * Encodes spans that were made a moment ago: each as it ends, or all of a batch after its last has ended, as the arm
 * takes them. Only the encoding is timed.
 */
export async function measureFresh(task: FreshTask, ddTraceFolder: string): Promise<Figures> {
  const arm = await createEncodeArm(task.arm, { spans: makeSpans(task.payload, 1), ddTraceFolder });
  const clockMillis = measureClock();
  let spans: ReadableSpan[] = [];
  let encodeMillis = 0;
  const timeEncode = (ended: readonly ReadableSpan[]) => {
    const startMillis = performance.now();
    arm.encode(ended);
    encodeMillis += performance.now() - startMillis - clockMillis;
  };
  const maker = new SpanMaker(task.payload, [
    {
      onStart() {},
      onEnd(span) {
        if (arm.takesEachSpan) timeEncode([span]);
        else spans.push(span);
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  ]);
  const makeAndEncode = () => {
    spans = [];
    encodeMillis = 0;
    for (let made = 0; made < BATCH_SPAN_COUNT; made++) maker.makeSpan();
    if (!arm.takesEachSpan) timeEncode(spans);
    return { overriddenDuration: encodeMillis };
  };
  const bench = createBench(task.measureMillis);
  bench.add('make and encode', makeAndEncode, { afterEach: () => arm.settle?.() });
  const [encode] = await bench.run();
  await arm.end?.();
  return { microsPerSpan: readMedianMicros(encode) / BATCH_SPAN_COUNT };
}

/** What reading the clock twice adds to the time between, in milliseconds. */
function measureClock(): number {
  const readingMillis = Array.from({ length: CLOCK_READING_COUNT }, () => {
    const startMillis = performance.now();
    return performance.now() - startMillis;
  });
  return readingMillis.sort((a, b) => a - b)[CLOCK_READING_COUNT / 2] ?? 0;
}

function createBench(measureMillis: number): Bench {
  return new Bench({
    time: measureMillis,
    iterations: MIN_SAMPLE_COUNT,
    warmupTime: measureMillis / 2,
    warmupIterations: 1,
    throws: true,
  });
}

/** The median leaves out what other processes of the machine cost, and most of the garbage collection: in favour of the arms that make garbage. */
function readMedianMicros(task: Task | undefined): number {
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`expected a completed task, got '${result?.state}'`);
  return result.latency.p50 * MICROS_PER_MILLI;
}
