import type { ArmName } from '../../bench/capture/arms.js';
import { SHAPE_NAMES, type ShapeName } from '../../bench/capture/shapes.js';

/** What is handed to the worker in the place of JSON; `stringify` hands over JSON made on the main thread. */
export const CAPTURE_ARMS = [
  'stringify',
  'snapshot',
  'v8.serialize',
  'structuredClone',
] as const satisfies readonly ArmName[];

export type CaptureArm = (typeof CAPTURE_ARMS)[number];

export const CAPTURE_CASES = SHAPE_NAMES.flatMap((shape) =>
  CAPTURE_ARMS.map((arm) => ({ name: captureCase(arm, shape), arm, shape })),
);

export function captureCase(arm: CaptureArm, shape: ShapeName): string {
  return `${arm}, ${shape}`;
}
