import type { DecisionRule } from '#gate/statistics/decision';
import type { Claim, ClaimTrial, EstimateOf, ValueOfBlock } from '../claims/claim.js';
import { Estimates } from '../claims/estimate.js';
import type { Study, StudyRun } from '../studies/study.js';
import type { Contrast, OrderedRecord } from './ordered-record.js';
import { findPlaces } from './places.js';

/** A case has no margin of its own: its verdict asks for the sign of a difference. */
const CASE_RULE: DecisionRule = { marginMillis: 0, confidence: 0.95 };

/** Counts and bytes do not depend on the machine: only times are followed over the places of a block. */
const TIME = /(?:Millis|Micros|Seconds)/;

/** What a run of cases declares. */
interface DeclaredCases {
  readonly cases: readonly string[];
  /** Whether one of them repeats another. */
  readonly hasRepeat: boolean;
  /** Of the rows of its tables. */
  readonly values: readonly ValueOfBlock[];
  /** Asked only where there are enough blocks to tell anything. */
  readonly judge: (estimate: EstimateOf) => unknown;
}

export function orderClaim(
  name: string,
  { cases, repeatCase, tables, verdict }: Pick<Claim, 'cases' | 'repeatCase' | 'tables' | 'verdict'>,
  trials: readonly ClaimTrial[],
): OrderedRecord {
  const values = tables.flatMap(({ rows }) => rows.map(({ value }) => value));
  return orderCases(name, { cases, hasRepeat: repeatCase !== undefined, values, judge: verdict }, trials);
}

export function orderStudy(
  name: string,
  { cases, tables, verdict }: Pick<Study, 'cases' | 'tables' | 'verdict'>,
  { trials, inputs }: Pick<StudyRun, 'trials' | 'inputs'>,
): OrderedRecord {
  const values = tables.flatMap(({ rows }) => rows.flatMap((row) => row.values.filter((value) => value !== null)));
  const judge = (estimate: EstimateOf) => verdict(estimate, inputs);
  return orderCases(name, { cases, hasRepeat: false, values, judge }, trials);
}

/** Compares, figure by figure, the cases that a row or the verdict sets against each other. */
function orderCases(
  name: string,
  { cases, hasRepeat, values, judge }: DeclaredCases,
  trials: readonly ClaimTrial[],
): OrderedRecord {
  const estimates = new Estimates({ name, cases }, trials);
  const readings = [...values.flatMap((value) => readOnce(value, estimates)), ...readByVerdict(judge, estimates)];
  const contrasts = new Map<string, Contrast>();
  for (const reading of readings) {
    for (const found of contrastsOf(reading)) {
      contrasts.set(`${found.figure} ${[found.arm, found.control].sort().join(' ')}`, found);
    }
  }
  const read = new Set(readings.flatMap((reading) => [...reading.keys()]));
  // Lines stand in the order in which they were run.
  const placeOf = findPlaces(trials.map(({ block, case: arm }) => ({ block, arm })));
  return {
    name,
    figures: estimates.blocks.flatMap(({ block, figures }) =>
      [...figures].flatMap(([arm, own]) =>
        [...read].flatMap((figure) => {
          const value = own[figure];
          return value === undefined ? [] : { arm, block, place: placeOf(block, arm), name: figure, value };
        }),
      ),
    ),
    contrasts: [...contrasts.values()],
    control: null,
    selfControls: hasRepeat ? ['A/A'] : [],
    followedFigures: [...read].filter((figure) => TIME.test(figure)),
  };
}

/** By figure, the cases of which a value reads it, in that order. */
type Reading = ReadonlyMap<string, ReadonlySet<string>>;

function readOnce(value: ValueOfBlock, { blocks: [first] }: Estimates): Reading[] {
  if (first === undefined) return [];
  const reading = new Map<string, Set<string>>();
  value((caseName, figure) => {
    reading.set(figure, (reading.get(figure) ?? new Set()).add(caseName));
    return first.figureOf(caseName, figure);
  });
  return [reading];
}

/** What the verdict on these blocks looks at. */
function readByVerdict(judge: DeclaredCases['judge'], estimates: Estimates): Reading[] {
  const readings: Reading[] = [];
  estimates.judge((estimate) =>
    judge((value) => {
      readings.push(...readOnce(value, estimates));
      return estimate(value);
    }),
  );
  return readings;
}

/** What is read first is compared with what is read after it: a value names what it is about first. */
function contrastsOf(reading: Reading): Contrast[] {
  return [...reading].flatMap(([figure, [arm, ...controls]]) =>
    arm === undefined ? [] : controls.map((control) => ({ arm, control, figure, rule: CASE_RULE })),
  );
}
