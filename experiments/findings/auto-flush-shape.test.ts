import { describe, expect, it } from 'vitest';
import type { Run } from '../runner/run-record.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';
import { makeTrial } from '../runner/test-trial.js';
import { type RecordedFlush, writeAutoFlushShape } from './auto-flush-shape.js';

/** A trial of a second for each block of the loop. */
function makeFlush(en: string, vi: string, blocksMillis: readonly number[]): RecordedFlush {
  const trials = blocksMillis.flatMap((blockMillis, block) => [
    makeTrial({ arm: 'control', block, blockMillis: 1 }),
    makeTrial({ arm: 'batch-otlp-json', block, blockMillis }),
  ]);
  const run = { scenario: { arms: [CONTROL_ARM, comparedArm('batch-otlp-json')] }, trials } as unknown as Run;
  return { finding: { scenario: en, name: { en, vi } }, run };
}

const CHAT = makeFlush('A chat', 'Một chat', [40, 40]);
const LARGE = makeFlush('Texts of 120,000', 'Văn bản 120.000 ký tự', [800, 800]);
const RARE = makeFlush('Rare', 'Hiếm', [...Array.from({ length: 199 }, () => 20), 1_000]);

describe("the document's shape of M6", () => {
  it('is said to be missing where the p99 and the spike are of two services, with the figures of both', () => {
    const text = writeAutoFlushShape([LARGE, CHAT], 'en');
    expect(text).toMatch(
      /^\*\*None of these runs shows the document's shape\*\*, a p99 of 30 ms and then a spike of 1\.0 to 1\.5 s/,
    );
    expect(text).toMatch(/nearest to the document's, "A chat": \d+\.\d+ ms at p99, 40\.0 ms at the longest;/);
    expect(text).toMatch(
      /the longest block, "Texts of 120,000": \d+ ms at p99, 800 ms at the longest, which is shorter than the document's spike\./,
    );
  });

  it('is said in Vietnamese, figures too', () => {
    const text = writeAutoFlushShape([LARGE, CHAT], 'vi');
    expect(text).toMatch(
      /^\*\*Không lần đo nào ở đây cho thấy hình dạng mà tài liệu mô tả\*\*: .* vọt lên 1,0 đến 1,5 s/,
    );
    expect(text).toMatch(/"Một chat": p99 là \d+,\d+ ms, lần chặn dài nhất là 40,0 ms;/);
    expect(text).toContain('"Văn bản 120.000 ký tự": p99 là 790 ms, lần chặn dài nhất là 800 ms, vẫn ngắn');
    expect(text).not.toMatch(/ (the|of|to|and) /);
  });

  it('is told where one service has both', () => {
    expect(writeAutoFlushShape([CHAT, RARE], 'en')).toMatch(/^\*\*The document's shape is here .* "Rare": .* 1000 ms/);
    expect(writeAutoFlushShape([CHAT, RARE], 'vi')).toMatch(/^\*\*Hình dạng mà tài liệu mô tả xuất hiện .* 1000 ms/);
  });

  it('speaks of one service where there is one run', () => {
    const text = writeAutoFlushShape([CHAT], 'en');
    expect(text).toMatch(/^\*\*None of these runs/);
    expect(text).not.toContain('two services');
  });

  it('is open without a run', () => {
    expect(writeAutoFlushShape([], 'en')).toBe('No reference run of M6 yet.');
  });
});
