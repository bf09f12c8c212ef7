import { SHAPE_NAMES, type ShapeName } from '../../bench/capture/shapes.js';
import type { EstimateOf, ValueOfBlock } from '../../claims/claim.js';
import { type CaptureArm, captureCase } from './cases.js';

/** How many times as much the main thread pays for JSON.stringify. */
export function ratioOf(arm: CaptureArm, shape: ShapeName): ValueOfBlock {
  return (figure) =>
    figure(captureCase('stringify', shape), 'processMicros') / figure(captureCase(arm, shape), 'processMicros');
}

export function judgeCaptureOffLoop(estimate: EstimateOf): string {
  const ratios = SHAPE_NAMES.map((shape) => ({ shape, ratio: estimate(ratioOf('snapshot', shape)) }));
  const paying = ratios.filter(({ ratio }) => ratio.low > 1);
  const losing = ratios.filter(({ ratio }) => ratio.high < 1);
  const best = paying.reduce<(typeof ratios)[number] | undefined>(
    (most, own) => (most === undefined || own.ratio.estimate > most.ratio.estimate ? own : most),
    undefined,
  );
  const pays =
    best === undefined
      ? 'A snapshot made off the loop into JSON is cheaper than JSON.stringify for none of the shapes'
      : `A snapshot made off the loop into JSON is cheaper for the main thread than JSON.stringify for ${paying.length} of ` +
        `${SHAPE_NAMES.length} shapes, most for '${best.shape}' (${best.ratio.estimate.toFixed(1)} times)`;
  return `${pays}, and ${describeLosses(losing)}; a structured clone is dearer than JSON for ${countDearer(estimate)} of them, and its values would still have to be walked.`;
}

function describeLosses(
  losing: readonly { readonly shape: ShapeName; readonly ratio: { readonly estimate: number } }[],
) {
  if (losing.length === 0) return 'dearer for none';
  const list = losing.map(({ shape, ratio }) => `'${shape}' (${(100 * (1 / ratio.estimate - 1)).toFixed(0)} % dearer)`);
  return `dearer for ${list.join(', ')}`;
}

function countDearer(estimate: EstimateOf): number {
  return SHAPE_NAMES.filter((shape) => estimate(ratioOf('structuredClone', shape)).high < 1).length;
}
