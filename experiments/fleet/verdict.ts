import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, ValueOfBlock } from '../claims/claim.js';
import { CHAIN_SHAPES, type ChainShapeName } from './chain/shapes.js';
import type { FleetArm } from './simulate-fleet.js';

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

/** The number of services that the sentence speaks of. */
const TOLD_SERVICE_COUNT = 100;

/** By so much of itself the prediction may be off and still be called right. */
const MAX_ERROR_SHARE = 0.25;

/** What was measured over what the arithmetic of the simulated fleet gives. */
export function measuredOverPredicted(shape: ChainShapeName, percentile: 90 | 99): ValueOfBlock {
  return (figure) => figure(shape, `measuredP${percentile}Millis`) / figure(shape, `predictedP${percentile}Millis`);
}

export function judgeFleet(estimate: EstimateOf, inputs: unknown): string {
  const { arms, longBlockMillis, source } = inputs as FleetInputs;
  const chances = arms.flatMap(({ label, fanOuts }) => {
    const own = fanOuts.find(({ serviceCount }) => serviceCount === TOLD_SERVICE_COUNT);
    if (own === undefined) return [];
    const { chanceToMeet, inTurnP99Millis, atOnceP99Millis } = own;
    return `${(100 * chanceToMeet).toFixed(1)} % with ${label} (p99 of all waits ${inTurnP99Millis.toFixed(0)} ms in turn, ${atOnceP99Millis.toFixed(0)} ms at once)`;
  });
  const ratios = CHAIN_SHAPES.map(({ name }) => ({ name, ratio: estimate(measuredOverPredicted(name, 99)) }));
  const isRight = ratios.every(({ ratio }) => ratio.low >= 1 - MAX_ERROR_SHARE && ratio.high <= 1 + MAX_ERROR_SHARE);
  const isWrong = ratios.some(({ ratio }) => ratio.high < 1 - MAX_ERROR_SHARE || ratio.low > 1 + MAX_ERROR_SHARE);
  const check = isRight ? 'holds' : isWrong ? 'does not hold' : 'cannot be told to hold';
  return (
    `By the blocks of ${source}, a request that needs ${TOLD_SERVICE_COUNT} services meets a block of more than ${longBlockMillis} ms with ` +
    `probability ${join(chances)}; the arithmetic ${check} within ${100 * MAX_ERROR_SHARE} % on real processes, where the ` +
    `measured p99 is ${join(ratios.map(({ name, ratio }) => `${describe(ratio)} times the predicted one (${name})`))}.`
  );
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function join(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
