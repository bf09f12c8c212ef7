/**
 * The Hodges–Lehmann estimate: the median of the means of all pairs of values, each with itself included; `NaN` of none.
 *
 * One trial that another program disturbed moves a mean as far as it likes and this hardly at all; and it wastes less
 * of a small sample than the median does. Of values spread symmetrically it estimates the center, as the mean does.
 */
export function pseudoMedian(values: ArrayLike<number>): number {
  const { length } = values;
  if (length === 0) return Number.NaN;
  const means = new Float64Array((length * (length + 1)) / 2);
  let meanCount = 0;
  for (let left = 0; left < length; left += 1) {
    for (let right = left; right < length; right += 1) {
      means[meanCount] = (values[left] as number) / 2 + (values[right] as number) / 2;
      meanCount += 1;
    }
  }
  means.sort();
  const lower = means[(meanCount - 1) >> 1] as number;
  return lower / 2 + (means[meanCount >> 1] as number) / 2;
}
