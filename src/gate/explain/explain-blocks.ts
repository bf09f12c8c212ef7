import type { Activity, CallSample } from './call-samples.js';
import type { BlockTimes, ExplainedBlock, FunctionPlace, StackFrame } from './explanation.js';
import type { TakenProfile } from './profile-record.js';

/** In Unix time. */
export interface Stretch {
  readonly startUnixMillis: number;
  readonly endUnixMillis: number;
}

/** What was sent belongs to the block that prepared it: fetch sends some turns of the microtask queue later. */
const REQUEST_DELAY_MILLIS = 5;
/** Shorter ones are below what the samples can tell. */
const SHORTEST_MILLIS = 3;
const MAX_FRAME_COUNT = 30;

/** The longest stretches in which the loop neither slept nor turned, longest first. */
export function explainBlocks(
  samples: readonly CallSample[],
  { turnEndsUnixMillis, collections, requests }: Omit<TakenProfile, 'status' | 'nodes' | 'samples'>,
  window: Stretch,
  maxCount: number,
): readonly ExplainedBlock[] {
  const blocks = findBlocks(samples, turnEndsUnixMillis)
    .filter(({ startUnixMillis }) => isWithin(startUnixMillis, window))
    .filter((block) => millisOf(block) >= SHORTEST_MILLIS)
    .toSorted((left, right) => millisOf(right) - millisOf(left));
  return blocks.slice(0, maxCount).map((block) => {
    const { startUnixMillis, endUnixMillis } = block;
    const own = samples.flatMap((sample) => clip(sample, block));
    const sent = { startUnixMillis, endUnixMillis: endUnixMillis + REQUEST_DELAY_MILLIS };
    return {
      startMillis: startUnixMillis - window.startUnixMillis,
      durationMillis: millisOf(block),
      stack: findHeaviestStack(own),
      times: sumTimes(own),
      garbageCollections: collections
        .filter(
          (one) => one.startUnixMillis < endUnixMillis && one.startUnixMillis + one.durationMillis > startUnixMillis,
        )
        .map((one) => ({
          kind: one.kind,
          startMillis: one.startUnixMillis - startUnixMillis,
          durationMillis: one.durationMillis,
        })),
      requests: requests
        .filter((one) => isWithin(one.startUnixMillis, sent))
        .map((one) => ({
          startMillis: one.startUnixMillis - startUnixMillis,
          target: one.target,
          isTelemetry: one.isTelemetry,
        })),
    };
  });
}

function findBlocks(samples: readonly CallSample[], turnEndsUnixMillis: readonly number[]): Stretch[] {
  const blocks: { startUnixMillis: number; endUnixMillis: number }[] = [];
  let turn = 0;
  let isAwake = false;
  for (const { startUnixMillis, endUnixMillis, activity } of samples) {
    if (activity === 'asleep') {
      isAwake = false;
      continue;
    }
    let startMillis = startUnixMillis;
    for (; (turnEndsUnixMillis[turn] ?? Number.POSITIVE_INFINITY) < endUnixMillis; turn += 1) {
      const turnEndMillis = turnEndsUnixMillis[turn] ?? startMillis;
      if (turnEndMillis > startMillis) extend(startMillis, turnEndMillis);
      startMillis = Math.max(startMillis, turnEndMillis);
      isAwake = false;
    }
    extend(startMillis, endUnixMillis);
  }
  return blocks;

  function extend(startUnixMillis: number, endUnixMillis: number): void {
    const last = blocks.at(-1);
    if (isAwake && last !== undefined) last.endUnixMillis = endUnixMillis;
    else blocks.push({ startUnixMillis, endUnixMillis });
    isAwake = true;
  }
}

/** Down from the outermost call to the one that is heaviest, as long as that has half of the time of the outermost. */
function findHeaviestStack(samples: readonly CallSample[]): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  let under = samples.filter(({ stack }) => stack.length > 0);
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const heaviest = findHeaviest(under, depth);
    const [outermost] = frames;
    if (heaviest === null || (outermost !== undefined && heaviest.millis < outermost.millis / 2)) break;
    frames.push({ ...heaviest.place, millis: heaviest.millis });
    under = under.filter((sample) => callAt(sample, depth) === heaviest.place);
  }
  return frames.toReversed().slice(0, MAX_FRAME_COUNT);
}

/** As deep as V8 looks. */
const MAX_DEPTH = 255;

function findHeaviest(samples: readonly CallSample[], depth: number) {
  const millis = new Map<FunctionPlace, number>();
  for (const sample of samples) {
    const place = callAt(sample, depth);
    if (place !== undefined) millis.set(place, (millis.get(place) ?? 0) + millisOf(sample));
  }
  const [heaviest] = [...millis].toSorted((left, right) => right[1] - left[1]);
  return heaviest === undefined ? null : { place: heaviest[0], millis: heaviest[1] };
}

/** From the outermost, which is 0. */
function callAt({ stack }: CallSample, depth: number): FunctionPlace | undefined {
  return stack[stack.length - 1 - depth];
}

function sumTimes(samples: readonly CallSample[]): BlockTimes {
  const sum = (wanted: Activity) =>
    samples.filter(({ activity }) => activity === wanted).reduce((total, sample) => total + millisOf(sample), 0);
  return {
    javascriptMillis: sum('javascript'),
    garbageCollectionMillis: sum('garbage collection'),
    nativeMillis: sum('native'),
    unsampledMillis: sum('unsampled'),
  };
}

/** The part of a sample that lies in a stretch; none outside. */
export function clip(sample: CallSample, { startUnixMillis, endUnixMillis }: Stretch): CallSample[] {
  const clipped = {
    ...sample,
    startUnixMillis: Math.max(sample.startUnixMillis, startUnixMillis),
    endUnixMillis: Math.min(sample.endUnixMillis, endUnixMillis),
  };
  return clipped.endUnixMillis > clipped.startUnixMillis ? [clipped] : [];
}

function isWithin(unixMillis: number, { startUnixMillis, endUnixMillis }: Stretch): boolean {
  return unixMillis >= startUnixMillis && unixMillis <= endUnixMillis;
}

export function millisOf({ startUnixMillis, endUnixMillis }: Stretch): number {
  return endUnixMillis - startUnixMillis;
}
