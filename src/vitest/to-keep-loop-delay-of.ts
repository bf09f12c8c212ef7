import { OffloopConfigError } from '../errors.js';
import { GateError } from '../gate/gate-error.js';
import { createRandom } from '../gate/statistics/random.js';
import { combineOutcomes, type FigureJudgement, judgeFigure } from '../gate/verdict/judge-figure.js';
import { planOneLook } from '../gate/verdict/look-plan.js';
import type { LoopDelaySnapshot } from '../loop-delay/loop-delay-snapshot.js';
import { type MatcherOptions, readMargins } from './matcher-options.js';
import { describeMargins, type MarginRow } from './message.js';
import { isRunFunction, measureCall, type RunFunction, readSnapshots } from './take-snapshots.js';
import { readValues } from './to-keep-loop-delay.js';

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Both in the same order: what was measured side by side has the same index. */
interface SnapshotPairs {
  readonly received: readonly LoopDelaySnapshot[];
  readonly reference: readonly LoopDelaySnapshot[];
}

/** Of the order within the pairs. */
const SEED = 1;

/**
 * The matcher.
 *
 * @throws {GateError} when nothing can be told: neither `expect` nor `expect.not` may pass by noise.
 */
export async function toKeepLoopDelayOf(
  received: unknown,
  reference: unknown,
  margins?: unknown,
): Promise<MatcherResult> {
  const { limits, counts } = readMargins(margins);
  const pairs = await takePairs(received, reference, counts);
  const { finalConfidence } = planOneLook(limits.length);
  const rows = limits.map(([figure, rule]): MarginRow => {
    const series = {
      figure,
      candidate: readValues(figure, pairs.received),
      reference: readValues(figure, pairs.reference),
    };
    return describeRow(judgeFigure(series, rule, finalConfidence));
  });
  const message = () => describeMargins(rows, pairs);
  const outcome = combineOutcomes(rows.map((row) => row.outcome));
  if (outcome === 'cannot tell') {
    throw new GateError(`can't judge: too few runs, or too noisy ones; raise repeatCount\n\n${message()}`);
  }
  return { pass: outcome === 'holds', message };
}

/** One snapshot against one has no interval: it is within the margin, or not. */
function describeRow(judgement: FigureJudgement): MarginRow {
  const { figure, candidateMedian, referenceMedian, differences, margin, outcome } = judgement;
  const [difference = Number.NaN] = differences;
  const limit = margin?.limit ?? Number.NaN;
  const isSingle = differences.length === 1;
  return {
    figure,
    reference: referenceMedian ?? Number.NaN,
    received: candidateMedian ?? Number.NaN,
    change: isSingle ? difference : (margin?.interval?.estimate ?? Number.NaN),
    interval: isSingle ? null : (margin?.interval ?? null),
    limit,
    outcome: isSingle ? (difference <= limit ? 'holds' : 'regressed') : (outcome ?? 'cannot tell'),
  };
}

async function takePairs(
  received: unknown,
  reference: unknown,
  counts: MatcherOptions<unknown>['counts'],
): Promise<SnapshotPairs> {
  if (isRunFunction(received) && isRunFunction(reference)) {
    return expectPairs(await measureInTurn(received, reference, counts));
  }
  if (isRunFunction(received) || isRunFunction(reference)) {
    throw new OffloopConfigError(
      'reference',
      'expected two functions or two snapshots, got one of each; they would not have run in turn',
    );
  }
  const [receivedSnapshots, referenceSnapshots] = await Promise.all([
    readSnapshots('received', received),
    readSnapshots('reference', reference),
  ]);
  return expectPairs({ received: receivedSnapshots, reference: referenceSnapshots });
}

function expectPairs(pairs: SnapshotPairs): SnapshotPairs {
  const { received, reference } = pairs;
  if (received.length === reference.length) return pairs;
  throw new OffloopConfigError(
    'reference',
    `expected as many snapshots as received, ${received.length}, got ${reference.length}`,
  );
}

/** In random order within each pair, so that what drifts on the machine meets both alike. */
async function measureInTurn(
  received: RunFunction,
  reference: RunFunction,
  { repeatCount, warmUpCount }: MatcherOptions<unknown>['counts'],
): Promise<SnapshotPairs> {
  for (let call = 0; call < warmUpCount; call += 1) {
    await reference();
    await received();
  }
  const random = createRandom(SEED);
  const pairs = { received: [] as LoopDelaySnapshot[], reference: [] as LoopDelaySnapshot[] };
  for (let call = 0; call < repeatCount; call += 1) {
    const isReferenceFirst = random() < 0.5;
    if (isReferenceFirst) pairs.reference.push(...(await measureCall('reference', reference)));
    pairs.received.push(...(await measureCall('received', received)));
    if (!isReferenceFirst) pairs.reference.push(...(await measureCall('reference', reference)));
  }
  return pairs;
}
