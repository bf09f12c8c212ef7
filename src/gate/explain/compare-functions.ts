import type { CallSample } from './call-samples.js';
import { clip, millisOf, type Stretch } from './explain-blocks.js';
import type { FunctionPlace, FunctionTime } from './explanation.js';
import { SAMPLING_INTERVAL_MILLIS } from './profile-record.js';

export interface ProfiledWindow {
  readonly samples: readonly CallSample[];
  readonly window: Stretch;
}

/** Of a count of samples; a difference of two counts within it may be nothing but where the looks fell. */
const MAX_CHANCE_DEVIATIONS = 3;

/** What grew most first; without a reference what took most time. Growth that may be chance is left out. */
export function compareFunctions(
  candidate: ProfiledWindow,
  reference: ProfiledWindow | null,
  maxCount: number,
): readonly FunctionTime[] {
  const own = sumOwnTimes(candidate);
  const others = reference === null ? null : sumOwnTimes(reference);
  return [...own]
    .flatMap(([key, { place, millis }]) => {
      const otherMillis = others?.get(key)?.millis ?? 0;
      if (!isPastChance(millis, otherMillis)) return [];
      const seconds = millisOf(candidate.window) / 1_000;
      return [
        {
          functionName: place.functionName,
          file: place.file,
          line: place.line,
          candidateMillisPerSecond: millis / seconds,
          referenceMillisPerSecond: reference === null ? null : otherMillis / (millisOf(reference.window) / 1_000),
        },
      ];
    })
    .toSorted((left, right) => readGrowth(right) - readGrowth(left))
    .slice(0, maxCount);
}

export function readGrowth({ candidateMillisPerSecond, referenceMillisPerSecond }: FunctionTime): number {
  return candidateMillisPerSecond - (referenceMillisPerSecond ?? 0);
}

const COLLECTOR: FunctionPlace = { functionName: '(garbage collection)', file: null, line: null };
const NATIVE: FunctionPlace = { functionName: '(native code)', file: null, line: null };

interface OwnTime {
  /** Of several functions of one name in a file, the one that took most. */
  readonly place: FunctionPlace;
  readonly millis: number;
}

/** By name and file: a line moves with every edit above it. */
function sumOwnTimes({ samples, window }: ProfiledWindow): ReadonlyMap<string, OwnTime> {
  const byPlace = new Map<FunctionPlace, number>();
  for (const sample of samples.flatMap((one) => clip(one, window))) {
    const place = findOwner(sample);
    if (place !== null) byPlace.set(place, (byPlace.get(place) ?? 0) + millisOf(sample));
  }
  const byName = new Map<string, OwnTime>();
  for (const [place, millis] of [...byPlace].toSorted((left, right) => right[1] - left[1])) {
    const key = JSON.stringify([place.functionName, place.file]);
    const known = byName.get(key);
    byName.set(key, { place: known?.place ?? place, millis: millis + (known?.millis ?? 0) });
  }
  return byName;
}

/** What Node.js or V8 did for a function is that function's time: nobody can look into the one or the other. */
function findOwner({ activity, stack }: CallSample): FunctionPlace | null {
  if (activity === 'asleep' || activity === 'unsampled') return null;
  if (activity === 'garbage collection') return COLLECTOR;
  return stack.find(({ file }) => file !== null && !file.startsWith('node:')) ?? stack[0] ?? NATIVE;
}

function isPastChance(millis: number, otherMillis: number): boolean {
  const [count, otherCount] = [millis / SAMPLING_INTERVAL_MILLIS, otherMillis / SAMPLING_INTERVAL_MILLIS];
  return count - otherCount > MAX_CHANCE_DEVIATIONS * Math.sqrt(count + otherCount);
}
