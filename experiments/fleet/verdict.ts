import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, ValueOfBlock } from '../claims/claim.js';
import { CONTROL_ARM } from '../runner/scenario-arms.js';
import { CHAIN_SHAPES, type ChainShapeName } from './chain/shapes.js';
import { chanceToMeet } from './loop-waits.js';
import type { FanOut, FleetArm } from './simulate-fleet.js';

/** What the study's run was given: the simulated fleet, and where its blocks were measured. */
export interface FleetInputs {
  /** A folder of results. */
  readonly source: string;
  readonly longBlockMillis: number;
  readonly requestCount: number;
  /** Of each service of the recorded run. */
  readonly requestsPerSecond: number;
  readonly arms: readonly FleetArm[];
}

/** The arm without an exporter: with one, a loop can only be blocked more. */
export const FLOOR = CONTROL_ARM.label;

/** The number of services that the sentence speaks of. */
const TOLD_SERVICE_COUNT = 100;

/** By so much of itself the prediction may be off and still be called right. */
const MAX_ERROR_SHARE = 0.25;

/** What was measured over what the arithmetic of the simulated fleet gives. */
export function measuredOverPredicted(shape: ChainShapeName, percentile: 90 | 99): ValueOfBlock {
  return (figure) => figure(shape, `measuredP${percentile}Millis`) / figure(shape, `predictedP${percentile}Millis`);
}

/** First whether the arithmetic is right, then what it gives. */
export function judgeFleet(estimate: EstimateOf, inputs: unknown): string {
  const { arms, longBlockMillis, source } = inputs as FleetInputs;
  const told = arms.flatMap((arm) => {
    const fanOut = arm.fanOuts.find(({ serviceCount }) => serviceCount === TOLD_SERVICE_COUNT);
    return fanOut === undefined ? [] : { arm, fanOut };
  });
  const floor = told.find(({ arm }) => arm.label === FLOOR)?.fanOut.chanceToMeet ?? 0;
  const chances = told.map(({ arm, fanOut }) => describeChance(arm, fanOut, floor));
  const hasNoise = told.some(({ fanOut }) => fanOut.chanceToMeet < floor);
  return (
    `${describeCheck(estimate)}; by the blocks of ${source}, a request that needs ${TOLD_SERVICE_COUNT} services meets a ` +
    `block of more than ${longBlockMillis} ms with probability ${join(chances)}` +
    `${hasNoise ? '; no exporter can block less than none: the floor lies as high as it does by a few long blocks of the control in that run' : ''}.`
  );
}

function describeCheck(estimate: EstimateOf): string {
  const ratios = CHAIN_SHAPES.map(({ name }) => ({ name, ratio: estimate(measuredOverPredicted(name, 99)) }));
  const isRight = ratios.every(({ ratio }) => ratio.low >= 1 - MAX_ERROR_SHARE && ratio.high <= 1 + MAX_ERROR_SHARE);
  const isWrong = ratios.some(({ ratio }) => ratio.high < 1 - MAX_ERROR_SHARE || ratio.low > 1 + MAX_ERROR_SHARE);
  const check = isRight ? 'holds' : isWrong ? 'does not hold' : 'cannot be told to hold';
  const isTooLow = ratios.some(({ ratio }) => ratio.low > 1);
  return (
    `On real processes the arithmetic ${check} within ${100 * MAX_ERROR_SHARE} %: the measured p99 is ` +
    `${join(ratios.map(({ name, ratio }) => `${describe(ratio)} times the predicted one (${name})`))}` +
    `${isTooLow ? ', so that real waits are longer than those given here' : ''}`
  );
}

function describeChance(
  { label, longBlockInterval }: FleetArm,
  { chanceToMeet: chance, inTurnP99Millis, atOnceP99Millis }: FanOut,
  floor: number,
): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const range = longBlockInterval
    ? ` (${[longBlockInterval.low, longBlockInterval.high].map((share) => percent(chanceToMeet(share, TOLD_SERVICE_COUNT))).join(' to ')})`
    : '';
  const place = label === FLOOR ? ', which exports nothing and is the floor' : chance < floor ? ', which is noise' : '';
  return (
    `${percent(chance)} %${range} with ${label}${place} (p99 of all waits ${inTurnP99Millis.toFixed(0)} ms in turn, ` +
    `${atOnceP99Millis.toFixed(0)} ms at once)`
  );
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function join(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
