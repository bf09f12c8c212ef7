import { drawHistogramPair, explainHistograms } from '#report/histogram-pair';
import type { Terminal } from '#report/terminal';
import type { ArmSummary } from './arm-summary.js';

/** Draws every arm's delays, raw beside arrival-weighted, all on the same logarithmic axes. 80 columns. */
export function drawHistograms(arms: readonly ArmSummary[], terminal: Terminal): string {
  return [...arms.map((arm) => drawHistogramPair(arm.armName, arm, terminal)), explainHistograms(terminal)].join(
    '\n\n',
  );
}
