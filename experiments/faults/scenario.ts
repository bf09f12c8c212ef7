export type SizeName = 'small' | 'full';

export type Expectation = { readonly exactly: number } | { readonly atMost: number } | { readonly atLeast: number };

/** One figure of a scenario, and what it has to be. */
export interface Figure {
  readonly what: string;
  readonly unit: 'count' | 'ms' | 'MiB';
  readonly value: number;
  /** Without one the figure is shown, not judged. */
  readonly expect?: Expectation;
  /** The stock batch processor's in the same scenario; missing where it has nothing of the kind. */
  readonly stockValue?: number;
}

export interface ScenarioOutcome {
  readonly figures: readonly Figure[];
  /** What the services printed, for raw.jsonl. */
  readonly runs: readonly unknown[];
}

export interface FaultScenario {
  readonly name: string;
  /** One sentence: what happens to the service. */
  readonly title: string;
  /** Its figures are times or memory, which another scenario beside it would disturb. */
  readonly isTimed: boolean;
  run(size: SizeName, seed: number): Promise<ScenarioOutcome>;
}

export function isMet({ value, expect }: Figure): boolean {
  if (expect === undefined) return true;
  if ('exactly' in expect) return value === expect.exactly;
  // Not negated: a figure that is no number is not met.
  return 'atMost' in expect ? value <= expect.atMost : value >= expect.atLeast;
}
