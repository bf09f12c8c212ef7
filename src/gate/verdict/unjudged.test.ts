import { describe, expect, it } from 'vitest';
import type { FigureName } from '../figures.js';
import { judgeFigures } from './judge-figure.js';
import { describeUnjudged } from './unjudged.js';

const CONFIDENCE = 0.95;
const RULE = { absoluteMargin: 2, relativeMargin: null, budget: null };

/** Eight pairs whose candidate is `change` above the reference, give or take a hundredth of it. */
function judge(figure: FigureName, reference: number, change: number, pairCount = 8) {
  const references = Array.from({ length: pairCount }, () => reference);
  const candidate = references.map((value, index) => value + change * (1 + (index % 3) / 100));
  return { figure, reference: references, candidate };
}

function describeFigures(series: readonly ReturnType<typeof judge>[], rules = {}): string | null {
  return describeUnjudged(judgeFigures(series, rules, CONFIDENCE), CONFIDENCE);
}

describe('describeUnjudged', () => {
  it('names utilization and main-thread CPU that rose past the default margin', () => {
    const series = [judge('utilization', 0.2, 0.1), judge('mainThreadCpuMillisPerSecond', 100, 50)];
    expect(describeFigures(series)).toMatch(
      /^not judged, but clearly worse: loop utilization \+10\.\d % \[.+\], main-thread CPU \+50\.\d ms\/s \[.+\]$/,
    );
  });

  it.each([
    ['within the margin', judge('utilization', 0.2, 0.03)],
    ['next to nothing, however much of it', judge('mainThreadCpuMillisPerSecond', 1, 1.5)],
    ['better', judge('mainThreadCpuMillisPerSecond', 100, -50)],
    ['of too few pairs', judge('utilization', 0.2, 0.1, 5)],
    ['a delay, which is for the judged ones to say', judge('rawP99Millis', 10, 50)],
  ])('says nothing of what is %s', (_, series) => {
    expect(describeFigures([series])).toBeNull();
  });

  it('leaves what is judged to the verdict, and a run without a reference alone', () => {
    const rules = { mainThreadCpuMillisPerSecond: RULE };
    expect(describeFigures([judge('mainThreadCpuMillisPerSecond', 100, 50)], rules)).toBeNull();
    const alone = { ...judge('utilization', 0.2, 0.1), reference: null };
    expect(describeUnjudged(judgeFigures([alone], {}, CONFIDENCE), CONFIDENCE)).toBeNull();
  });
});
