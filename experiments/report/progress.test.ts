import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { describe, expect, it, vi } from 'vitest';
import { describeStep, estimateRemainingMillis, startProgress } from './progress.js';

const STEP = { stepIndex: 0, stepCount: 4, endedMillis: 0, inStepMillis: 0, expectedStepMillis: 10_000 };

function startRecorded(isTTY: boolean) {
  const stream = new PassThrough();
  let written = '';
  stream.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  // What a terminal has and a pipe has not; ora asks for no more.
  const output = Object.assign(stream, isTTY ? { isTTY, columns: 80, rows: 24 } : { isTTY }) as unknown as WriteStream;
  for (const name of ['cursorTo', 'clearLine', 'moveCursor'] as const) {
    Object.assign(output, { [name]: WriteStream.prototype[name] });
  }
  const clock = { millis: 5_000 };
  const progress = startProgress({ stepCount: 2, expectedStepMillis: 3_000, output, readMillis: () => clock.millis });
  return { progress, clock, read: () => written };
}

describe('startProgress', () => {
  it('writes one plain line a step where there is no terminal', () => {
    const { progress, clock, read } = startRecorded(false);
    progress.begin('control');
    clock.millis += 4_000;
    progress.begin('offloop');
    progress.end();
    expect(read()).toBe('[1/2] control, about 6 s left\n[2/2] offloop, about 4 s left\n');
  });

  it('keeps one line up to date on a terminal, and takes it away at the end', async () => {
    const { progress, read } = startRecorded(true);
    progress.begin('control');
    progress.begin('offloop');
    await vi.waitFor(() => expect(read()).toContain('[2/2] offloop'));
    progress.end();
    expect(read()).toContain('\u001b[');
    expect(read()).not.toMatch(/left\n$/);
  });
});

describe('estimateRemainingMillis', () => {
  it('goes by what was expected until a step has ended, then by the mean of those that have', () => {
    expect(estimateRemainingMillis(STEP)).toBe(40_000);
    expect(estimateRemainingMillis({ ...STEP, stepIndex: 2, endedMillis: 40_000 })).toBe(40_000);
  });

  it('counts the time already spent in the step, and no more than the step', () => {
    expect(estimateRemainingMillis({ ...STEP, inStepMillis: 4_000 })).toBe(36_000);
    expect(estimateRemainingMillis({ ...STEP, inStepMillis: 60_000 })).toBe(30_000);
    expect(estimateRemainingMillis({ ...STEP, stepIndex: 3, inStepMillis: 60_000 })).toBe(0);
  });
});

describe('describeStep', () => {
  it('says so when the last step takes longer than it should', () => {
    expect(describeStep({ stepIndex: 3, stepCount: 4, text: 'offloop', remainingMillis: 0 })).toBe(
      '[4/4] offloop, nearly done',
    );
  });
});
