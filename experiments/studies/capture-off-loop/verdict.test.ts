import { describe, expect, it } from 'vitest';
import { SHAPE_NAMES, type ShapeName } from '../../bench/capture/shapes.js';
import { estimateFrom } from '../../claims/trials.test-data.js';
import { CAPTURE_ARMS, captureCase } from './cases.js';
import { judgeCaptureOffLoop } from './verdict.js';

/** What a snapshot costs where JSON costs 100; elsewhere both cost the same. */
function judge(snapshotMicros: Partial<Record<ShapeName, number>>): string {
  return judgeCaptureOffLoop(
    estimateFrom(
      Object.fromEntries(
        SHAPE_NAMES.flatMap((shape) =>
          CAPTURE_ARMS.map((arm) => {
            const isSnapshot = arm === 'snapshot';
            const processMicros = isSnapshot ? (snapshotMicros[shape] ?? 100) : arm === 'structuredClone' ? 300 : 100;
            return [captureCase(arm, shape), { processMicros }];
          }),
        ),
      ),
    ),
  );
}

describe('the verdict of capture-off-loop', () => {
  it('counts the shapes for which it pays, and names those for which it loses', () => {
    const sentence = judge({ 'chat 20 kB, vi': 10, 'embedding of 1,536': 50, '1,000 small objects': 125 });
    expect(sentence).toContain(`for 2 of ${SHAPE_NAMES.length} shapes, most for 'chat 20 kB, vi' (10.0 times)`);
    expect(sentence).toContain("dearer for '1,000 small objects' (25 % dearer);");
    expect(sentence).toContain(`a structured clone is dearer than JSON for ${SHAPE_NAMES.length} of them`);
  });

  it('says so where it never pays and never loses', () => {
    expect(judge({})).toMatch(/cheaper than JSON\.stringify for none of the shapes, and dearer for none;/);
  });
});
