export type Verdict = 'ok' | 'missed' | 'too noisy';

/** What one run of a pattern of blocks showed. */
export interface Assessment {
  /** All is within what is promised. */
  readonly isOk: boolean;
  /** The blocks that were found are off those injected by more than is promised, and by more than those are off their plan. */
  readonly isFoundOff: boolean;
  /** The thread waited for a core, or the blocks are off their plan without a monitor too: what is off may be the machine's. */
  readonly isDisturbed: boolean;
}

/** Of all patterns under one version of Node: a monitor that is wrong now and then must not pass by being tried again. */
export const MAX_FORGIVEN_COUNT = 2;

/** A host that takes the core away while the loop wakes up looks like a miss, and the thread's own times do not have it. */
const FINAL_FOUND_OFF_COUNT = 2;
/** In so many tries that tell, nothing was right. */
const FINAL_TRY_COUNT = 3;
const MAX_TRY_COUNT = 5;

/** `again` asks for another try. One that was disturbed counts for nothing unless it is ok. */
export function judge(tries: readonly Assessment[]): Verdict | 'again' {
  if (tries.at(-1)?.isOk) return 'ok';
  const counted = tries.filter(({ isDisturbed }) => !isDisturbed);
  if (countFoundOff(tries) >= FINAL_FOUND_OFF_COUNT || counted.length >= FINAL_TRY_COUNT) return 'missed';
  return tries.length < MAX_TRY_COUNT ? 'again' : 'too noisy';
}

/** Misses of what was found that nothing excuses. */
export function countFoundOff(tries: readonly Assessment[]): number {
  return tries.filter(({ isFoundOff, isDisturbed }) => isFoundOff && !isDisturbed).length;
}
