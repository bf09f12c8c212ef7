import type { FunctionPlace } from './explanation.js';
import { nameFile, withoutControls } from './file-name.js';
import { type ProfileNode, SAMPLING_INTERVAL_MILLIS, type TakenProfile } from './profile-record.js';

/** What a thread did at one moment. */
export type Activity = 'javascript' | 'garbage collection' | 'native' | 'asleep' | 'unsampled';

/** From one look at the stack to the next. */
export interface CallSample {
  readonly startUnixMillis: number;
  readonly endUnixMillis: number;
  readonly activity: Activity;
  /** Innermost first; empty where no JavaScript ran. */
  readonly stack: readonly FunctionPlace[];
}

/** V8's names for what is no function; `(root)` is the top of every stack. */
const ACTIVITIES: ReadonlyMap<string, Activity> = new Map([
  ['(idle)', 'asleep'],
  ['(program)', 'native'],
  ['(root)', 'native'],
  ['(garbage collector)', 'garbage collection'],
]);

/** Sooner or later a look is late by chance; past this the thread, or the profiler's own, was kept waiting. */
const MAX_SAMPLE_MILLIS = 4 * SAMPLING_INTERVAL_MILLIS;

/** In order of time. What two looks far apart leave unknown is a sample of its own, except in the thread's sleep. */
export function readCallSamples({ nodes, samples }: TakenProfile, rootFolder: string): readonly CallSample[] {
  const stacks = readStacks(nodes, rootFolder);
  const end = samples.at(-1)?.[1] ?? 0;
  return samples.flatMap(([nodeId, startUnixMillis], index): CallSample[] => {
    const { activity, stack } = stacks.get(nodeId) ?? { activity: 'native', stack: [] };
    const endUnixMillis = samples[index + 1]?.[1] ?? end;
    if (activity === 'asleep' || endUnixMillis - startUnixMillis <= MAX_SAMPLE_MILLIS) {
      return [{ startUnixMillis, endUnixMillis, activity, stack }];
    }
    const seenUntil = startUnixMillis + SAMPLING_INTERVAL_MILLIS;
    return [
      { startUnixMillis, endUnixMillis: seenUntil, activity, stack },
      { startUnixMillis: seenUntil, endUnixMillis, activity: 'unsampled', stack: [] },
    ];
  });
}

type Stack = Pick<CallSample, 'activity' | 'stack'>;

function readStacks(nodes: readonly ProfileNode[], rootFolder: string): ReadonlyMap<number, Stack> {
  const nodesById = new Map(nodes.map((node) => [node.id, node]));
  const stacks = new Map<number, Stack>();
  const place = describePlaces(rootFolder);
  const children = new Set(nodes.flatMap(({ childIds }) => childIds));
  // A parent before its children, whatever the order they came in.
  const waiting: [ProfileNode, readonly FunctionPlace[]][] = nodes
    .filter(({ id }) => !children.has(id))
    .map((root) => [root, []]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, callers] = next;
    const activity = node.url === '' && callers.length === 0 ? ACTIVITIES.get(node.functionName) : undefined;
    const stack = activity === undefined ? [place(node), ...callers] : callers;
    stacks.set(node.id, { activity: activity ?? 'javascript', stack });
    for (const id of node.childIds) {
      const child = nodesById.get(id);
      if (child !== undefined) waiting.push([child, stack]);
    }
  }
  return stacks;
}

/** One object a function, so that two frames of one function are the same. */
function describePlaces(rootFolder: string): (node: ProfileNode) => FunctionPlace {
  const files = new Map<string, string | null>();
  const places = new Map<string, FunctionPlace>();
  return ({ functionName, url, line }) => {
    const file = files.has(url) ? (files.get(url) ?? null) : nameFile(url, rootFolder);
    files.set(url, file);
    const key = JSON.stringify([functionName, url, line]);
    const known = places.get(key);
    if (known !== undefined) return known;
    const name = withoutControls(functionName).slice(0, MAX_NAME_LENGTH);
    const place = {
      functionName: name === '' ? '(anonymous)' : name,
      file,
      line: file === null || line < 1 ? null : line,
    };
    places.set(key, place);
    return place;
  };
}

const MAX_NAME_LENGTH = 100;
