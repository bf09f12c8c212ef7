import type { Interval } from '#gate/statistics/bootstrap-interval';

export interface FigureFormat {
  readonly unit: string;
  /** Behind the point. */
  readonly digits: number;
}

/** `0.57 ms (0.12 to 0.62)`; a value that never moved stands alone. */
export function describeInterval({ estimate, low, high }: Interval, { unit, digits }: FigureFormat): string {
  const [value, from, to] = [estimate, low, high].map((each) => each.toFixed(digits));
  return from === to ? `${value} ${unit}` : `${value} ${unit} (${from} to ${to})`;
}

/** Of a difference: the word for more, for less, or where 0 lies in it. */
export function chooseWord({ low, high }: Interval, [more, less, same]: readonly [string, string, string]): string {
  if (low > 0) return more;
  return high < 0 ? less : same;
}

/** The same difference the other way round. */
export function negate({ estimate, low, high, ...rest }: Interval): Interval {
  return { ...rest, estimate: -estimate, low: -high, high: -low };
}

const NOTHING = { en: 'nothing that can be told', vi: 'một lượng không phân biệt được với 0' } as const;

/** The same of what one case costs over another; `nothing that can be told (-0.12 to 0.62 ms)` where 0 lies in it. */
export function describeAdded(added: Interval, format: FigureFormat, language: keyof typeof NOTHING): string {
  const { low, high } = added;
  if (low > 0 || high < 0) return describeInterval(added, format);
  const { unit, digits } = format;
  return `${NOTHING[language]} (${low.toFixed(digits)} to ${high.toFixed(digits)} ${unit})`;
}
