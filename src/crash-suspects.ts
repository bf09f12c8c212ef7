/**
 * Which chunk brings workers down? All that were under way in a worker that died are suspects: they are sent again in
 * companies half as large, and so on until one is alone. So a kill from outside costs little time, and a chunk that
 * kills has nobody left to take with it when it is given up.
 */
export interface Suspect {
  /** Workers that died while it was under way in them. */
  crashCount: number;
  /** A worker that has it has no more than so many under way, all of the same number. */
  maxUnderWay: number;
}

/** Whether a worker may take one more, beside what it has under way. */
export function mayJoin(next: Suspect, underWay: ReadonlySet<Suspect>): boolean {
  // One stands for all: they have the same number.
  for (const { maxUnderWay } of underWay) return maxUnderWay === next.maxUnderWay && underWay.size < maxUnderWay;
  return true;
}

/** Notes that a worker died of one of these. @returns the one to blame, once it was alone and has brought down two */
export function blame<T extends Suspect>(lost: readonly T[]): T | undefined {
  for (const suspect of lost) {
    suspect.crashCount += 1;
    suspect.maxUnderWay = Math.max(1, Math.min(suspect.maxUnderWay, lost.length) >>> 1);
  }
  const [only, ...others] = lost;
  return only !== undefined && others.length === 0 && only.crashCount > 1 ? only : undefined;
}

/** Puts those that are to go in the smallest company first: they hold up the others. */
export function insertSuspects<T extends Suspect>(waiting: T[], suspects: readonly T[]): void {
  const [first] = suspects;
  if (first === undefined) return;
  const index = waiting.findIndex(
    ({ maxUnderWay, crashCount }) =>
      // Where all go alone, those that nobody suspects have the same number.
      maxUnderWay > first.maxUnderWay || (crashCount === 0 && first.crashCount > 0),
  );
  waiting.splice(index === -1 ? waiting.length : index, 0, ...suspects);
}
