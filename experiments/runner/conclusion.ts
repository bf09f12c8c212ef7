import type { ArmName } from '../arms/index.js';
import type { Scenario } from './scenario.js';
import { listBlockP99Millis } from './summary.js';
import type { TrialRecord } from './trial.js';

/** What a run's figures show, in a sentence. */
export interface Conclusion {
  /** `unclear`: the machine was too noisy, or too few trials were valid. */
  readonly status: 'clear' | 'unclear';
  readonly sentence: string;
}

/** What an arm adds must stand out of the control's own swing by so much, or the run shows nothing. */
const MIN_SIGNAL_TO_NOISE_RATIO = 2;

/**
 * Compares the arms by the p99 of the arrival-weighted delay less the control's of the same block, the median over the
 * blocks. The noise is how far the control's own p99 swings from block to block; with one block, that p99 itself.
 */
export function concludeRun({ arms }: Pick<Scenario, 'arms'>, trials: readonly TrialRecord[]): Conclusion {
  const [control, ...others] = arms;
  const blocks = listBlockP99Millis(arms, trials);
  if (control === undefined || blocks.length === 0) {
    return { status: 'unclear', sentence: 'No block has a valid trial of every arm, so the arms can not be compared.' };
  }
  const read = (block: ReadonlyMap<ArmName, number>, arm: ArmName) => block.get(arm) ?? Number.NaN;
  const added = new Map(
    others.map((arm) => [arm, median(blocks.map((block) => read(block, arm) - read(block, control)))]),
  );
  const controls = blocks.map((block) => read(block, control));
  const noiseMillis = blocks.length === 1 ? Math.max(...controls) : Math.max(...controls) - Math.min(...controls);
  const strongestMillis = Math.max(...added.values());
  const medians = `${blocks.length === 1 ? 'one block' : `medians of ${blocks.length} blocks`}`;
  if (strongestMillis < MIN_SIGNAL_TO_NOISE_RATIO * noiseMillis) {
    return {
      status: 'unclear',
      sentence:
        `This machine was too noisy to say: p99 of the control alone ${blocks.length === 1 ? 'is' : 'swings by'} ` +
        `${noiseMillis.toFixed(1)} ms, and the arms add at most ${strongestMillis.toFixed(1)} ms (${medians}). ` +
        'Close other programs and run it again, with more --blocks.',
    };
  }
  const parts = [...added].map(([arm, millis]) => `${describeAdded(millis)} with ${arm}`);
  return {
    status: 'clear',
    sentence:
      `At p99 a request waits ${median(controls).toFixed(1)} ms for the event loop without an exporter; ` +
      `that grows by ${joinParts(parts)} (arrival-weighted, ${medians}).`,
  };
}

function describeAdded(millis: number): string {
  return `${millis.toFixed(1)} ms`;
}

function joinParts(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
