import { linearRegression } from 'simple-statistics';
import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';
import { type Decision, decide } from '#gate/statistics/decision';
import { median } from '#gate/statistics/sample-statistics';
import type { Contrast, OrderedRecord, PlacedFigure, SelfControl } from './ordered-record.js';

/**
 * What the two orders say of each other. `contradict`: both give a verdict, and not the same one. `apart`: no verdict is
 * contradicted, but the intervals do not meet, so the figure itself moves with the order. `cannot tell`: one of them
 * gives no verdict, for too few blocks or for noise, and the intervals meet.
 */
export type OrderOutcome = 'agree' | 'contradict' | 'apart' | 'cannot tell';

/** A comparison by all blocks that have both arms, and by those in which they ran in the one order and in the other. */
export interface ContrastCheck extends Contrast {
  readonly all: Decision;
  /** The arm ran before the control. */
  readonly before: Decision;
  /** The arm ran after it. */
  readonly after: Decision;
  readonly outcome: OrderOutcome;
}

export interface OrderCheck {
  readonly name: string;
  readonly blockCount: number;
  readonly placeCount: number;
  readonly contrasts: readonly ContrastCheck[];
  readonly control: string | null;
  readonly selfControls: readonly SelfControl[];
  /**
   * By how much of itself the control's figure changes from the first place of a block to the last: 0.1 is a tenth more.
   * Null where there is no control, or too few blocks for an interval.
   */
  readonly controlDrift: Interval | null;
  /** Likewise of every arm, each by its own median. */
  readonly drift: Interval | null;
}

/** Of fewer values an interval is their range, and two of those miss each other by chance too often. */
const FEWEST_APART = 4;

export function checkOrder({
  name,
  figures,
  contrasts,
  control,
  selfControls,
  followedFigures,
}: OrderedRecord): OrderCheck {
  const placeCount = figures.reduce((most, { place }) => Math.max(most, place + 1), 0);
  const followed = figures.filter((figure) => followedFigures.includes(figure.name));
  return {
    name,
    blockCount: new Set(figures.map(({ block }) => block)).size,
    placeCount,
    contrasts: contrasts.flatMap((contrast) => checkContrast(contrast, figures) ?? []),
    control,
    selfControls,
    controlDrift: estimateDrift(
      followed.filter(({ arm }) => arm === control),
      placeCount,
    ),
    drift: estimateDrift(followed, placeCount),
  };
}

interface OrderedPair {
  readonly difference: number;
  readonly isArmFirst: boolean;
}

/** Null where the two never differ, so that there is nothing to be told. */
function checkContrast(contrast: Contrast, figures: readonly PlacedFigure[]): ContrastCheck | null {
  const pairs = listPairs(contrast, figures);
  if (pairs.every(({ difference }) => difference === 0)) return null;
  const decideOf = (some: readonly OrderedPair[]) =>
    decide(
      some.map(({ difference }) => difference),
      contrast.rule,
    );
  const before = decideOf(pairs.filter(({ isArmFirst }) => isArmFirst));
  const after = decideOf(pairs.filter(({ isArmFirst }) => !isArmFirst));
  return { ...contrast, all: decideOf(pairs), before, after, outcome: compareOrders(before, after) };
}

function listPairs({ arm, control, figure }: Contrast, figures: readonly PlacedFigure[]): OrderedPair[] {
  const named = figures.filter(({ name }) => name === figure);
  const controls = new Map(named.filter((each) => each.arm === control).map((each) => [each.block, each]));
  return named
    .filter((each) => each.arm === arm)
    .flatMap(({ block, value, place }) => {
      const other = controls.get(block);
      return other === undefined ? [] : { difference: value - other.value, isArmFirst: place < other.place };
    });
}

function compareOrders(before: Decision, after: Decision): OrderOutcome {
  const [first, second] = [nameSide(before), nameSide(after)];
  if (first !== null && second !== null && first !== second) return 'contradict';
  if (areApart(before, after)) return 'apart';
  return first === null || second === null ? 'cannot tell' : 'agree';
}

/** Which way a decision goes; null where it goes none. */
export function nameSide({ verdict, difference }: Decision): 'more' | 'less' | 'same' | null {
  if (verdict === 'cannot tell' || difference === null) return null;
  if (verdict === 'same') return 'same';
  return difference.estimate > 0 ? 'more' : 'less';
}

function areApart(before: Decision, after: Decision): boolean {
  if (before.difference === null || after.difference === null) return false;
  if (Math.min(before.pairCount, after.pairCount) < FEWEST_APART) return false;
  return before.difference.high < after.difference.low || after.difference.high < before.difference.low;
}

type Point = [place: number, logarithm: number];

/** A line through all figures, each as the logarithm of what it is of its arm's median; blocks are resampled whole. */
function estimateDrift(figures: readonly PlacedFigure[], placeCount: number): Interval | null {
  const ofArms = new Map<string, PlacedFigure[]>();
  for (const figure of figures) {
    const key = `${figure.name} ${figure.arm}`;
    ofArms.set(key, [...(ofArms.get(key) ?? []), figure]);
  }
  const blocks = new Map<number, Point[]>();
  for (const own of ofArms.values()) {
    const middle = median(own.map(({ value }) => value));
    // Of what may be 0 or less there is no ratio.
    if (own.some(({ value }) => !(value > 0))) continue;
    for (const { block, place, value } of own) {
      const points = blocks.get(block) ?? [];
      points.push([place, Math.log(value / middle)]);
      blocks.set(block, points);
    }
  }
  const points = [...blocks.values()];
  const slope = bootstrapInterval([...points.keys()], (drawn) =>
    fitSlope(Array.from(drawn).flatMap((index) => points[index] ?? [])),
  );
  if (slope === null) return null;
  const overBlock = (perPlace: number) => Math.expm1(perPlace * (placeCount - 1));
  const { estimate, low, high } = slope;
  return { ...slope, estimate: overBlock(estimate), low: overBlock(low), high: overBlock(high) };
}

function fitSlope(points: Point[]): number {
  const [first] = points;
  // Drawn all from one place: a line through them has any slope.
  if (first === undefined || points.every(([place]) => place === first[0])) return 0;
  return linearRegression(points).m;
}
