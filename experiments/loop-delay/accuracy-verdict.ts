export type Verdict = 'ok' | 'missed' | 'too noisy';

/** What one run of a pattern of blocks showed. */
export interface Assessment {
  /** All is within what is promised. */
  readonly isOk: boolean;
  /** The blocks that were found are off by more than what is promised. */
  readonly isMiss: boolean;
  /** The blocks were as long as planned. */
  readonly wasInjected: boolean;
  /** The thread waited for a core, or the blocks are off their plan without a monitor too: what is off is the machine's. */
  readonly isDisturbed: boolean;
}

const MAX_TRY_COUNT = 3;
/** A host that takes the core away while the loop wakes up looks like a miss, and no counter of the guest has it. */
const FINAL_MISS_COUNT = 2;

/** `again` asks for another try. Two misses that nothing excuses are one; of the rest, what every try has. */
export function judge(tries: readonly Assessment[]): Verdict | 'again' {
  if (tries.at(-1)?.isOk) return 'ok';
  const clearMisses = tries.filter((one) => one.isMiss && one.wasInjected && !one.isDisturbed);
  if (clearMisses.length >= FINAL_MISS_COUNT) return 'missed';
  if (tries.length < MAX_TRY_COUNT) return 'again';
  return tries.some(({ isDisturbed }) => isDisturbed) ? 'too noisy' : 'missed';
}
