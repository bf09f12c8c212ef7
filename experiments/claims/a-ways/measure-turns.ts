import { readCpuTimes } from '../../bench/thread-clock.js';
import { SpanCounter } from '../../service/span-counter.js';
import type { Measured, TrialOrder } from '../claim.js';
import { measureLoopMillis } from '../loop-millis.js';
import { type ProcessorName, startTracing } from '../tracing.js';
import type { CaseName, Way } from './cases.js';
import { makeTurns } from './turn.js';
import { startTurnsService } from './turns.js';
import { LOAD_WAY } from './ways/index.js';

const MICROS_PER_MILLI = 1_000;

/** Of five spans at the most: no more than a batch processor's queue holds. */
const TURNS_PER_FLUSH = 200;

/** What instruments the service, and what takes the spans. */
export interface Instrumented {
  readonly module: CaseName;
  /** Undefined where the service is not instrumented. */
  readonly way: Way | undefined;
  readonly processor: ProcessorName;
}

/** What a turn costs the main thread, that of its spans' delivery included where there is one. */
export async function measureTurns({ module, way, processor }: Instrumented, order: TrialOrder): Promise<Measured> {
  const { settings, seed, baseUrls, modelServerUrl } = order;
  if (modelServerUrl === undefined) throw new Error('expected the URL of a model server; set asksModel of the claim');
  const { warmUpTurnCount = 0, turnCount = 0 } = settings;
  const isExported = processor !== 'none';
  const spanCount = new SpanCounter();
  const { start } = await LOAD_WAY[module]();
  // Before the way starts: what instruments by itself asks for the provider then.
  const tracing = way?.made.spanCount ? await startTracing(processor, baseUrls[0], [spanCount]) : undefined;
  const { answer, settle } = start({ modelServerUrl, baseUrl: baseUrls[0], isTraced: way !== undefined, isExported });
  const service = await startTurnsService(answer);
  const turns = makeTurns(warmUpTurnCount + turnCount, seed);
  let takenCount = 0;
  let answersDigest = 0;
  const takeTurns = async (count: number) => {
    const end = takenCount + count;
    while (takenCount < end) {
      const taken = turns.slice(takenCount, Math.min(takenCount + TURNS_PER_FLUSH, end));
      const answers = await service.take(taken);
      takenCount += taken.length;
      answersDigest ^= answers.answersDigest;
      await settle();
      await tracing?.flush();
    }
  };

  await takeTurns(warmUpTurnCount);
  const before = readCpuTimes();
  const loopMillis = await measureLoopMillis(() => takeTurns(turnCount));
  const cpuMicros = readCpuTimes().threadMicros - before.threadMicros;
  const { droppedEventCount } = await settle();
  await service.end();
  await tracing?.end();

  const made = { spanCount: way?.made.spanCount ?? 0, eventCount: way?.made.eventCount ?? 0 };
  expectCount('spans', spanCount.spanCount, made.spanCount * takenCount);
  if (!isExported) expectCount('events', droppedEventCount, made.eventCount * takenCount);
  return {
    figures: {
      cpuMicros: cpuMicros / turnCount,
      loopMicros: (loopMillis * MICROS_PER_MILLI) / turnCount,
      answersDigest,
      spanCount: spanCount.spanCount / takenCount,
      eventCount: made.eventCount,
    },
    made: {
      spanCount: isExported ? spanCount.spanCount : 0,
      eventCount: isExported ? made.eventCount * takenCount : 0,
    },
  };
}

function expectCount(what: string, count: number, expected: number): void {
  if (count !== expected) throw new Error(`expected ${expected} ${what} of the turns, got ${count}`);
}
