/**
 * In its block each arm's place, from 0, by the order in which the trials are given. All that were begun are to be
 * given: one that may not be counted took a place too.
 */
export function findPlaces(
  begun: readonly { readonly block: number; readonly arm: string }[],
): (block: number, arm: string) => number {
  const places = new Map<number, Map<string, number>>();
  for (const { block, arm } of begun) {
    const own = places.get(block) ?? new Map<string, number>();
    places.set(block, own.set(arm, own.size));
  }
  return (block, arm) => {
    const place = places.get(block)?.get(arm);
    if (place === undefined) throw new RangeError(`expected a trial of '${arm}' in block ${block}, none was begun`);
    return place;
  };
}
