import type { NumberRange } from './checks.js';

// As in the schema.

export const TIMEOUT: NumberRange = { min: 100, max: 600_000 };

/** In a figure's own unit, or milliseconds. */
export const AMOUNT: NumberRange = { min: 0, max: 1_000_000 };

export const RATIO: NumberRange = { min: 0, max: 1 };

/** A window holds whole seconds of the probe, and the first of them begins somewhere in it. */
export const WINDOW: NumberRange = { min: 2_500, max: 600_000 };
