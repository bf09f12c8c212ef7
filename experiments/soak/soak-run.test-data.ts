import { MIB } from './measures.js';
import type { Sample, SpanTally } from './protocol.js';
import type { ArmRecord, SoakRun } from './run-soak.js';
import { SOAK_SCENARIOS } from './scenarios.js';

export interface Shape {
  readonly scenario?: string;
  readonly seconds?: number;
  readonly rssMib?: (second: number) => number;
  readonly controlRssMib?: (second: number) => number;
  readonly tally?: (second: number, made: number) => SpanTally;
  readonly finalTally?: (made: number) => SpanTally;
  readonly receivedSpanCount?: (made: number) => number;
  readonly pendingMib?: number;
  readonly arrayBufferMib?: number;
  readonly blockMillis?: number;
  readonly spansPerSecond?: number;
  readonly controlSpansPerSecond?: number;
}

const SPANS_PER_SECOND = 1_000;
const IDLE_MIB = 50;

/** The second at which the queue is full where the sink is gone. */
export const FULL_SECOND = 20;

const exportedTally = (accepted: number): SpanTally => ({
  accepted,
  exported: accepted,
  failed: 0,
  dropped: 0,
  pending: 0,
});

/** A tally whose sink went away: what is not dropped is pending. */
export function fullQueueTally(second: number, accepted: number): SpanTally {
  const dropped = Math.max(0, second - FULL_SECOND) * SPANS_PER_SECOND;
  return { accepted, exported: 0, failed: 0, dropped, pending: accepted - dropped };
}

/** A run that keeps every promise, but for what `shape` says. */
export function makeRun(shape: Shape = {}): SoakRun {
  const { seconds = 120, spansPerSecond = SPANS_PER_SECOND } = shape;
  const scenario = SOAK_SCENARIOS.find(({ name }) => name === (shape.scenario ?? 'steady'));
  if (scenario === undefined) throw new Error(`unknown scenario ${shape.scenario}`);
  const tally = shape.tally ?? ((_, made) => exportedTally(made));
  const made = seconds * spansPerSecond;
  const offloop: ArmRecord = {
    arm: 'offloop',
    samples: makeSamples(seconds, spansPerSecond, (second, count) => ({
      spans: tally(second, count),
      pendingBytes: (shape.pendingMib ?? 0) * MIB,
      rssMib: shape.rssMib?.(second) ?? IDLE_MIB,
      arrayBufferMib: shape.arrayBufferMib ?? 0,
      blockMillis: shape.blockMillis ?? 1,
    })),
    finalTally: shape.finalTally?.(made) ?? exportedTally(made),
    receivedSpanCount: scenario.isSinkThere ? (shape.receivedSpanCount?.(made) ?? made) : null,
    duplicateSpanCount: 0,
  };
  const control: ArmRecord = {
    arm: 'control',
    samples: makeSamples(seconds, shape.controlSpansPerSecond ?? SPANS_PER_SECOND, (second, count) => ({
      spans: { ...exportedTally(count), exported: 0, dropped: count },
      pendingBytes: 0,
      rssMib: shape.controlRssMib?.(second) ?? IDLE_MIB,
      arrayBufferMib: 0,
      blockMillis: 1,
    })),
    finalTally: { ...exportedTally(seconds), exported: 0, dropped: seconds },
    receivedSpanCount: null,
    duplicateSpanCount: null,
  };
  return {
    settings: {
      scenario,
      arms: ['control', 'offloop'],
      payload: 'S',
      spansPerSecond: SPANS_PER_SECOND,
      durationSeconds: seconds,
      maxQueueBytes: 64 * MIB,
      exportTimeoutMillis: 30_000,
      command: 'npm run soak',
      folder: 'nowhere',
    },
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'npm run soak',
      commit: null,
      node: 'v20.20.2',
      v8: '11.3',
      os: 'linux x64',
      cpuModel: 'a processor',
      cpuCount: 2,
      memoryBytes: 8 * 1024 * MIB,
      governor: null,
      loadBefore: 0,
      seed: 0,
    },
    arms: [control, offloop],
  };
}

interface Second extends Pick<Sample, 'spans' | 'pendingBytes'> {
  readonly rssMib: number;
  readonly arrayBufferMib: number;
  readonly blockMillis: number;
}

function makeSamples(
  seconds: number,
  spansPerSecond: number,
  describeSecond: (second: number, madeSpanCount: number) => Second,
): Sample[] {
  return Array.from({ length: seconds + 1 }, (_, second) => {
    const madeSpanCount = second * spansPerSecond;
    const { spans, pendingBytes, rssMib, arrayBufferMib, blockMillis } = describeSecond(second, madeSpanCount);
    return {
      elapsedMillis: second * 1_000,
      madeSpanCount,
      spans,
      pendingBytes,
      memory: { rss: rssMib * MIB, heapUsed: MIB, external: 0, arrayBuffers: arrayBufferMib * MIB },
      loopDelay: { blocks: [[blockMillis, 100]], observedMillis: 1_000, runnableMillis: 10 },
    };
  });
}
