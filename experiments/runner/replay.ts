import { type DecisionRule, decide, type Verdict } from '#gate/statistics/decision';
import { createRandom } from '#gate/statistics/random';
import { draw } from './draw.js';
import type { ArmPair } from './paired-comparison.js';

export interface ReplaySettings {
  /** Blocks of one replayed run: that of the size whose word is tested. */
  readonly blockCount: number;
  /** Replayed runs of each kind. */
  readonly runCount: number;
  readonly rule: DecisionRule;
  readonly seed: number;
}

/** How often the decision said what. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

export interface Replay {
  /** Runs that compare the control with itself: `different` is a false alarm. */
  readonly repeated: VerdictCounts;
  /** Runs that compare the control with the one that has injected blocks: `different` is a find. */
  readonly injected: VerdictCounts;
}

/**
 * Makes runs of recorded trials and decides them. An A/A run is two disjoint draws of the control's trials, paired at
 * random: its trials met different loads at different times, so it is noisier than a live one, whose arms meet the
 * same. An injected run is a draw of blocks, each with its own pair, as a live one.
 *
 * @throws {RangeError} when there are too few recorded blocks for two disjoint draws.
 */
export function replayRuns(pairs: readonly ArmPair[], settings: ReplaySettings): Replay {
  const { blockCount, runCount, rule } = settings;
  if (pairs.length < 2 * blockCount) {
    throw new RangeError(
      `expected at least ${2 * blockCount} blocks with valid trials of both arms, to draw two runs of ${blockCount} ` +
        `from; got ${pairs.length}: record more with --blocks`,
    );
  }
  const random = createRandom(settings.seed);
  const repeated = countVerdicts();
  const injected = countVerdicts();
  for (let run = 0; run < runCount; run += 1) {
    const seeded = { ...rule, seed: settings.seed + run };
    const drawn = draw(pairs, 2 * blockCount, random);
    const twins = drawn.slice(0, blockCount).map((pair, index) => {
      const twin = drawn[blockCount + index] ?? pair;
      return twin.baselineMillis - pair.baselineMillis;
    });
    repeated[decide(twins, seeded).verdict] += 1;
    const added = draw(pairs, blockCount, random).map((pair) => pair.candidateMillis - pair.baselineMillis);
    injected[decide(added, seeded).verdict] += 1;
  }
  return { repeated, injected };
}

function countVerdicts(): Record<Verdict, number> {
  return { different: 0, same: 0, 'cannot tell': 0 };
}
