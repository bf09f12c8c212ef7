/** One thing that is varied, and the values it takes. */
export interface DesignAxis {
  readonly name: string;
  /** At least one. */
  readonly levels: readonly DesignLevel[];
}

export interface DesignLevel {
  readonly name: string;
  /** How often it occurs beside the axis's other levels, above 0; 2 is twice as often as 1. */
  readonly weight: number;
}

export interface DesignSettings {
  /** At least as many rows; a few more where that is what it takes to have every pair. */
  readonly rowCount: number;
  readonly seed: number;
  /** Two levels that can't be had together: `[axis, level, axis, level]`. @default none */
  readonly impossiblePairs?: readonly ImpossiblePair[];
}

export type ImpossiblePair = readonly [axis: string, level: string, otherAxis: string, otherLevel: string];
