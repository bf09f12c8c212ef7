export type Verdict = 'ok' | 'missed' | 'too noisy';

/** What one run of a pattern of blocks showed. */
export interface Assessment {
  /** All is within what is promised. */
  readonly isOk: boolean;
  /** The blocks that were found are off those injected, and nothing excuses it. */
  readonly isFoundOff: boolean;
  /** The machine is seen to have had a part in it. */
  readonly isDisturbed: boolean;
}

/** A host that takes the core away while the loop wakes up looks like a miss, and the thread's own times do not have it. */
const FINAL_FOUND_OFF_COUNT = 2;
/** In so many tries that count, nothing was right. */
const FINAL_OFF_COUNT = 3;
const MAX_TRY_COUNT = 5;

/**
 * `again` asks for another try. A try that is off and was disturbed counts for nothing; after one in which the blocks found
 * were off, two have to be right.
 */
export function judge(tries: readonly Assessment[]): Verdict | 'again' {
  const foundOffCount = tries.filter(({ isFoundOff }) => isFoundOff).length;
  if (foundOffCount >= FINAL_FOUND_OFF_COUNT) return 'missed';
  if (tries.filter(({ isOk }) => isOk).length > foundOffCount) return 'ok';
  const offCount = tries.filter(({ isOk, isFoundOff, isDisturbed }) => isFoundOff || !(isOk || isDisturbed)).length;
  if (offCount >= FINAL_OFF_COUNT) return 'missed';
  return tries.length < MAX_TRY_COUNT ? 'again' : 'too noisy';
}
