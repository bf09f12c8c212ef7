import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, Verdict } from '../claim.js';
import { addedMillisOfUnit } from './added.js';
import { WAYS, type Way, type WayName } from './cases.js';

/** In the document the one is the dearest way and the other the cheapest. */
const DEAREST: WayName = 'A2 observe';
const CHEAPEST: WayName = 'A1 v3 client';

const WHY =
  'a span is an object that waits in memory, and what it carries costs one JSON.stringify; the v3 client makes JSON of ' +
  'every event twice and of its whole queue once more with each, so it does more than enqueue';

interface Judged {
  readonly way: Way;
  readonly added: Interval;
}

/** Judges the figures by the document's ranges, and where they are others, its order: wrapping dear, calls cheap. */
export function judgeWays(estimate: EstimateOf): Verdict {
  const judged = WAYS.map((way): Judged => ({ way, added: estimate(addedMillisOfUnit(way)) }));
  const documented = judged.filter(({ way }) => way.documentMillis !== null);
  if (!documented.some(({ added }) => added.low > 0)) {
    return { status: 'cannot tell', sentence: 'What each way adds is lost in the noise.' };
  }
  const figures = judged.map(describe).join(', ');
  if (documented.every(isInRange)) {
    return { status: 'holds', sentence: `Each way adds what it adds in the document: ${figures}.` };
  }
  const difference = estimate((figure) => ofUnit(DEAREST)(figure) - ofUnit(CHEAPEST)(figure));
  const below = documented.filter(({ way, added }) => added.high < (way.documentMillis?.[0] ?? 0));
  const finding =
    `${below.length} of ${documented.length} ways with a range in the document lie below it, because in Node ${WHY}: ` +
    `main-thread CPU is ${figures}`;
  if (difference.low > 0) {
    return { status: 'holds in another form', sentence: `Wrapping is dearer than low-level calls, but ${finding}.` };
  }
  const order = difference.high < 0 ? 'is cheaper than' : "can't be told from";
  return {
    status: 'does not hold',
    sentence: `Wrapping a function ${order} a call of the low-level client, and ${finding}.`,
  };
}

function ofUnit(name: WayName) {
  const way = WAYS.find((candidate) => candidate.name === name);
  if (way === undefined) throw new Error(`unreachable: ${name} is a way`);
  return addedMillisOfUnit(way);
}

function isInRange({ way, added }: Judged): boolean {
  const [low, high] = way.documentMillis ?? [0, 0];
  return added.high >= low && added.low <= high;
}

function describe({ way: { name, unit, documentMillis }, added }: Judged): string {
  const range = documentMillis === null ? '' : `; ${documentMillis.join(' to ')} there`;
  if (added.low <= 0) return `${name} nothing that can be told ${unit}${range === '' ? '' : ` (${range.slice(2)})`}`;
  return `${name} ${added.estimate.toFixed(3)} ms ${unit} (${added.low.toFixed(3)} to ${added.high.toFixed(3)}${range})`;
}
