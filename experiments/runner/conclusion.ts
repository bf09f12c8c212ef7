import type { ArmName } from '../arms/index.js';
import { median } from './median.js';
import type { Scenario } from './scenario.js';
import { listBlockP99Millis } from './summary.js';
import type { TrialRecord } from './trial.js';

/** What a run's figures show, in a sentence. */
export interface Conclusion {
  /** `unclear`: the machine was too noisy, or too few trials were valid. */
  readonly status: 'clear' | 'unclear';
  readonly sentence: string;
}

/** What the arm that adds most adds must stand out of the control's own swing by so much, or the run shows nothing. */
const MIN_SIGNAL_TO_NOISE_RATIO = 2;

/**
 * Compares the arms by the p99 of the arrival-weighted delay less the control's of the same block, the median over the
 * blocks. A run is clear when, over all blocks, what the arm that adds most adds never comes down to what the one that
 * adds least adds, and stands out of the swing of the control's own p99.
 */
export function concludeRun({ arms }: Pick<Scenario, 'arms'>, trials: readonly TrialRecord[]): Conclusion {
  const [control, ...others] = arms;
  const blocks = listBlockP99Millis(arms, trials);
  if (control === undefined || blocks.length === 0) {
    return unclear('No block has a valid trial of every arm, so the arms can not be compared.');
  }
  const read = (block: ReadonlyMap<ArmName, number>, arm: ArmName) => block.get(arm) ?? Number.NaN;
  const controls = blocks.map((block) => read(block, control));
  const added = others
    .map((arm) => ({ arm, millis: blocks.map((block) => read(block, arm) - read(block, control)) }))
    .sort((a, b) => medianOf(a.millis) - medianOf(b.millis));
  const parts = others.map((arm) => {
    const millis = medianOf(added.find((candidate) => candidate.arm === arm)?.millis ?? []);
    return `${millis.toFixed(1)} ms with ${arm}`;
  });
  const figures =
    `At p99 a request waits ${medianOf(controls).toFixed(1)} ms for the event loop without an exporter; ` +
    `that grows by ${joinParts(parts)} (arrival-weighted, ${describeBlocks(blocks.length)})`;
  if (blocks.length === 1) return unclear(`${figures}. One block can not tell that from chance: run more.`);

  // With one arm beside the control there is only the control to stand out of.
  const leastMillis = added.length > 1 ? Math.max(...(added[0]?.millis ?? [])) : 0;
  const mostMillis = Math.min(...(added.at(-1)?.millis ?? []));
  const noiseMillis = Math.max(...controls) - Math.min(...controls);
  if (mostMillis > Math.max(leastMillis, MIN_SIGNAL_TO_NOISE_RATIO * noiseMillis)) {
    return { status: 'clear', sentence: `${figures}.` };
  }
  return unclear(
    `This machine was too noisy to say: from block to block the control alone swings by ${noiseMillis.toFixed(1)} ms, ` +
      `and what the arms add overlaps or hardly stands out of that. ${figures}. ` +
      'Close other programs and run it again, with more --blocks.',
  );
}

function unclear(sentence: string): Conclusion {
  return { status: 'unclear', sentence };
}

function describeBlocks(blockCount: number): string {
  return blockCount === 1 ? 'one block' : `medians of ${blockCount} blocks`;
}

function joinParts(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** A comparison with NaN is never true: nothing is concluded from no trial. */
function medianOf(values: readonly number[]): number {
  return median(values) ?? Number.NaN;
}
