import { expect, it } from 'vitest';
import { estimateFrom } from '../../claims/trials.test-data.js';
import { judgeSlowSink, sinkCase } from './verdict.js';

it('the verdict of slow-sink says what each arm adds to the loop, to memory, and what it loses', () => {
  const arm = (name: string, p99Millis: number, lostPercent: number) => ({
    [sinkCase(name, 'slow')]: { p99Millis, residentGrowthMebibytes: 44, lostPercent },
    [sinkCase(name, 'down')]: { p99Millis: p99Millis + 10, residentGrowthMebibytes: 2, lostPercent: 100 },
  });
  const sentence = judgeSlowSink(
    estimateFrom({
      control: { p99Millis: 4, residentGrowthMebibytes: 4 },
      ...arm('batch-otlp-protobuf', 104, 50),
      ...arm('langfuse-v3', 54, 20),
      ...arm('langfuse-v5', 84, 60),
      ...arm('offloop', 6, 20),
      ...arm('offloop-30-exports', 5, 0),
    }),
  );
  expect(sentence).toMatch(
    /^With a slow receiver .* grows by 100\.0 ms \[.*\] with batch-otlp-protobuf \(memory \+40 MiB/,
  );
  expect(sentence).toMatch(
    /2\.0 ms \[[^\]]*\] with offloop \(memory \+40 MiB beside the control's, 20 % lost\) and 1\.0 ms \[[^\]]*\] with offloop-30-exports .* 0 % lost\); with none/,
  );
  expect(sentence).toMatch(
    /11\.0 ms \[[^\]]*\] with offloop-30-exports \(memory -2 MiB beside the control's, 100 % lost\)\.$/,
  );
});
