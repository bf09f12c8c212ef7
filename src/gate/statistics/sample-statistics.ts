// The only file that knows the statistics library: the rest of the gate needs these few, by these names.
import { bisect, errorFunction, quantileSorted } from 'simple-statistics';

/** The value below which `fraction` of the sorted sample lies, interpolated. */
export function quantileOfSorted(sorted: Float64Array, fraction: number): number {
  // The library's type asks for number[]; it reads by index and length only.
  return quantileSorted(sorted as unknown as number[], fraction);
}

/** Between the two in the middle where their number is even; `NaN` of none. */
export function median(values: ArrayLike<number>): number {
  return values.length === 0 ? Number.NaN : quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}

/** Φ(z), to 1e-7. Not the library's own, which looks z up in a table of two decimals. */
export function normalCdf(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}

/** The z with Φ(z) = `fraction`. Not the library's probit, which is off by 0.15 % at 0.975. */
export function normalQuantile(fraction: number): number {
  return bisect((z) => normalCdf(z) - fraction, -MAX_Z, MAX_Z, 60, 1e-9);
}

/** Φ of it is 0 to the accuracy of {@link normalCdf}. */
const MAX_Z = 6;

/**
 * The quantile of Student's t, by the Cornish–Fisher expansion in 1/ν: within 1 % from 4 degrees of freedom and
 * `fraction` up to 0.995.
 */
export function studentQuantile(fraction: number, degreesOfFreedom: number): number {
  const z = normalQuantile(fraction);
  const v = degreesOfFreedom;
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3) +
    (79 * z ** 9 + 776 * z ** 7 + 1_482 * z ** 5 - 1_920 * z ** 3 - 945 * z) / (92_160 * v ** 4)
  );
}
