import { describe, expect, it } from 'vitest';
import { describeRun } from '../report/html-document.js';
import type { Run } from '../runner/run-record.js';
import { CONTROL_ARM, comparedArm, injectedArm } from '../runner/scenario-arms.js';
import { makeTrial } from '../runner/test-trial.js';
import type { AutoFlushFinding } from './auto-flush-finding.js';
import { writeAutoFlushSection, writeAutoFlushVerdict } from './auto-flush-section.js';

const size = { blockCount: 8, warmUpMillis: 0, measuredMillis: 1_000 };
const scenario: Run['scenario'] = {
  name: 'm6-test',
  title: 'a test',
  claim: 'auto-flush',
  arms: [CONTROL_ARM, comparedArm('batch-otlp-json'), injectedArm({ lengthMillis: 10, ratePerSecond: 2 })],
  load: { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 },
  sizes: { standard: size, quick: size, reference: size },
};
const finding: AutoFlushFinding = { scenario: 'm6-test', name: { en: 'A test', vi: 'Một phép thử' } };

interface Flushed {
  readonly blockMillis: number;
  /** When the export came in; the block begins at 400. */
  readonly exportedAtUnixMillis?: number;
}

/** Long beside every block: in a short window each of them would lie at an export by chance. */
const durationMillis = 10_000;

/** In each block of the run the loop is blocked once; the control for 5 ms and without an export. */
function makeRun({ blockMillis, exportedAtUnixMillis = 400 + blockMillis }: Flushed): Run {
  const trials = Array.from({ length: size.blockCount }, (_, block) => {
    const blocked = makeTrial({ arm: 'batch-otlp-json', block, blockMillis });
    const longestBlocks = [{ startedAtUnixMillis: 400, durationMillis: blockMillis }];
    return [
      makeTrial({ arm: 'control', block, blockMillis: 5 }),
      makeTrial({ arm: 'control-injected', block, blockMillis: 40 }),
      {
        ...blocked,
        measured: { ...blocked.measured, loopDelay: { ...blocked.measured.loopDelay, durationMillis, longestBlocks } },
        exports: [{ receivedAtUnixMillis: exportedAtUnixMillis, wireByteLength: 3_000_000 }],
      },
    ];
  }).flat();
  const provenance = { command: 'npm run experiment -- m6-test', node: 'v24.0.0' } as Run['provenance'];
  return { scenario, size, provenance, resumptions: [], trials, failedTrials: [] };
}

describe('the section of a scenario of M6', () => {
  const order = { finding, run: makeRun({ blockMillis: 60 }), folder: '../results/m6-test/2026', hasReport: true };

  it('has a verdict with its reason, a row an arm beside the document, and the way to the raw data', () => {
    const text = writeAutoFlushSection(order, 'en');
    expect(text).toContain(
      "**A test.** Holds in another form. The flush blocks the loop, though for less than the document's spike: the " +
        'longest block is 60.0 ms with the default batch processor and 5.0 ms without an exporter, and 100 % of its ' +
        'longest blocks lie at an export, where chance would put 2 %; a block of 1 s would take a batch of 50 MB.',
    );
    expect(text).toMatch(/^\| the document \(Python\) \| 30 \| 30 \| - \| 1,000 to 1,500 \| - \| - \|$/m);
    expect(text).toMatch(/^\| no exporter \| \d+\.\d+ \| \d+\.\d+ \| - \| 5\.0 \| - \| - \|$/m);
    expect(text).toMatch(
      /^\| batch processor, default settings \| 10\.0 \| 50\.0 \| 50\.0 \(50\.0 to 50\.0\) \| 60\.0 \| 100 % \(n = 8\) \| 2 % \|$/m,
    );
    expect(text).not.toContain('injected');
    expect(text).toContain(
      '[raw.jsonl](../results/m6-test/2026/raw.jsonl), [timeline](../results/m6-test/2026/report.html)',
    );
  });

  it('says the same in Vietnamese, figures too, and leads to no page that is not there', () => {
    const text = writeAutoFlushSection({ ...order, hasReport: false }, 'vi');
    expect(text).toContain('**Một phép thử.** Đúng, nhưng dưới một dạng khác. Flush có chặn event loop');
    expect(text).toContain('là 60,0 ms với batch processor mặc định và 5,0 ms khi không có exporter');
    expect(text).toContain('100 % số lần chặn dài nhất của batch processor mặc định rơi đúng vào lúc gửi');
    expect(text).toMatch(/^\| tài liệu \(Python\) \| 30 \| 30 \| - \| 1\.000 đến 1\.500 \| - \| - \|$/m);
    expect(text).toMatch(/^\| batch processor, cấu hình mặc định \| 10,0 \| 50,0 \| 50,0 \(50,0 đến 50,0\) \|/m);
    expect(text).not.toContain('report.html');
    expect(text).not.toMatch(/ (the|of|to|and) /);
  });

  it.each([
    ['a spike as long as the document’s', { blockMillis: 1_000 }, /^Holds in Node\. /, /^Đúng với Node\. /],
    [
      'exports that lie elsewhere',
      { blockMillis: 20, exportedAtUnixMillis: 900 },
      /^Does not hold in Node\. It is not the flush/,
      /^Không đúng với Node\. Lần chặn dài nhất không phải do flush/,
    ],
    [
      'no export in a window',
      { blockMillis: 20, exportedAtUnixMillis: 50_000 },
      /^Cannot be told from this run\. .* nothing was exported/,
      /^Lần đo này chưa kết luận được\. .* không có lần gửi nào/,
    ],
  ] satisfies [string, Flushed, RegExp, RegExp][])('tells %s in both languages', (_, flushed, english, vietnamese) => {
    const run = makeRun(flushed);
    expect(writeAutoFlushVerdict(run, 'en')).toMatch(english);
    expect(writeAutoFlushVerdict(run, 'vi')).toMatch(vietnamese);
  });
});

it('the HTML report begins with the verdict of the claim', () => {
  const [first, second] = describeRun(makeRun({ blockMillis: 60 })).findings;
  expect(first).toMatch(/^Holds in another form: The document has 30 ms at p99/);
  expect(second).toMatch(/^At p99 a request waits/);
});
