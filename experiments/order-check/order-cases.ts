import { bootstrapInterval } from '#gate/statistics/bootstrap-interval';
import type { DecisionRule } from '#gate/statistics/decision';
import { median } from '#gate/statistics/sample-statistics';
import type { Claim, ClaimTrial, EstimateOf, FigureOf, Figures, ValueOfBlock } from '../claims/claim.js';
import { FEWEST_BLOCKS } from '../claims/estimate.js';
import type { Study, StudyRun } from '../studies/study.js';
import type { Contrast, OrderedRecord } from './ordered-record.js';

/** A case has no margin of its own: its verdict asks for the sign of a difference. */
const CASE_RULE: DecisionRule = { marginMillis: 0, confidence: 0.95 };

/** Counts and bytes do not depend on the machine: only times are followed over the places of a block. */
const TIME = /(?:Millis|Micros|Seconds)/;

interface CaseBlock {
  readonly figures: ReadonlyMap<string, Figures>;
  /** From 0, by case. */
  readonly places: ReadonlyMap<string, number>;
}

/** What a run of cases declares. */
interface DeclaredCases {
  readonly cases: readonly string[];
  /** Of the rows of its tables. */
  readonly values: readonly ValueOfBlock[];
  /** Asked only where there are enough blocks to tell anything. */
  readonly judge: (estimate: EstimateOf) => unknown;
}

export function orderClaim(
  name: string,
  { cases, tables, verdict }: Pick<Claim, 'cases' | 'tables' | 'verdict'>,
  trials: readonly ClaimTrial[],
): OrderedRecord {
  const values = tables.flatMap(({ rows }) => rows.map(({ value }) => value));
  return orderCases(name, { cases, values, judge: verdict }, trials);
}

export function orderStudy(
  name: string,
  { cases, tables, verdict }: Pick<Study, 'cases' | 'tables' | 'verdict'>,
  { trials, inputs }: Pick<StudyRun, 'trials' | 'inputs'>,
): OrderedRecord {
  const values = tables.flatMap(({ rows }) => rows.flatMap((row) => row.values.filter((value) => value !== null)));
  return orderCases(name, { cases, values, judge: (estimate) => verdict(estimate, inputs) }, trials);
}

/** Compares, figure by figure, the cases that a row or the verdict sets against each other. */
function orderCases(
  name: string,
  { cases, values, judge }: DeclaredCases,
  trials: readonly ClaimTrial[],
): OrderedRecord {
  const blocks = listBlocks(cases, trials);
  const readings = [...values.flatMap((value) => readOnce(value, blocks)), ...readByVerdict(judge, blocks)];
  const contrasts = new Map<string, Contrast>();
  for (const reading of readings) {
    for (const found of contrastsOf(reading)) {
      contrasts.set(`${found.figure} ${[found.arm, found.control].sort().join(' ')}`, found);
    }
  }
  const read = new Set(readings.flatMap((reading) => [...reading.keys()]));
  return {
    name,
    figures: [...blocks].flatMap(([block, { figures, places }]) =>
      [...figures].flatMap(([arm, own]) =>
        [...read].flatMap((figure) => {
          const value = own[figure];
          return value === undefined ? [] : { arm, block, place: places.get(arm) ?? 0, name: figure, value };
        }),
      ),
    ),
    contrasts: [...contrasts.values()],
    control: null,
    followedFigures: [...read].filter((figure) => TIME.test(figure)),
  };
}

/** Those that count: every case was measured without a fault. Lines stand in the order in which they were run. */
function listBlocks(cases: readonly string[], trials: readonly ClaimTrial[]): Map<number, CaseBlock> {
  const blocks = new Map<number, { figures: Map<string, Figures>; places: Map<string, number> }>();
  for (const trial of trials) {
    const { figures, places } = blocks.get(trial.block) ?? { figures: new Map(), places: new Map() };
    places.set(trial.case, places.size);
    if (trial.faults.length === 0) figures.set(trial.case, trial.figures);
    blocks.set(trial.block, { figures, places });
  }
  return new Map([...blocks].filter(([, { figures }]) => cases.every((name) => figures.has(name))));
}

/** By figure, the cases of which a value reads it, in that order. */
type Reading = ReadonlyMap<string, ReadonlySet<string>>;

function readOnce(value: ValueOfBlock, blocks: ReadonlyMap<number, CaseBlock>): Reading[] {
  const [first] = blocks.values();
  if (first === undefined) return [];
  const reading = new Map<string, Set<string>>();
  const figureOf = readBlock(first);
  value((caseName, figure) => {
    reading.set(figure, (reading.get(figure) ?? new Set()).add(caseName));
    return figureOf(caseName, figure);
  });
  return [reading];
}

/** What the verdict on these blocks looks at. */
function readByVerdict(judge: DeclaredCases['judge'], blocks: ReadonlyMap<number, CaseBlock>): Reading[] {
  if (blocks.size < FEWEST_BLOCKS) return [];
  const readings: Reading[] = [];
  judge((value) => {
    readings.push(...readOnce(value, blocks));
    const interval = bootstrapInterval(
      [...blocks.values()].map((block) => value(readBlock(block))),
      median,
    );
    if (interval === null) throw new Error('unreachable: there are blocks enough for an interval');
    return interval;
  });
  return readings;
}

function readBlock({ figures }: CaseBlock): FigureOf {
  return (caseName, figureName) => {
    const figure = figures.get(caseName)?.[figureName];
    if (figure !== undefined) return figure;
    throw new Error(`expected case '${caseName}' to have the figure '${figureName}'; record it again`);
  };
}

/** What is read first is compared with what is read after it: a value names what it is about first. */
function contrastsOf(reading: Reading): Contrast[] {
  return [...reading].flatMap(([figure, [arm, ...controls]]) =>
    arm === undefined ? [] : controls.map((control) => ({ arm, control, figure, rule: CASE_RULE })),
  );
}
