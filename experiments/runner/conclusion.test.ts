import { describe, expect, it } from 'vitest';
import type { ArmName } from '../arms/index.js';
import { concludeRun } from './conclusion.js';
import { makeTrial } from './test-trial.js';
import type { TrialRecord } from './trial.js';

const arms: ArmName[] = ['control', 'batch-otlp-json', 'offloop'];

/** Blocks of 1 s with one block of the loop each: p99 is its length less 10 ms. */
function makeBlocks(blocks: readonly (readonly [control: number, batch: number, offloop: number])[]): TrialRecord[] {
  return blocks.flatMap((p99s, block) =>
    p99s.map((p99Millis, index) => makeTrial({ arm: arms[index] ?? 'control', block, blockMillis: p99Millis + 10 })),
  );
}

describe('concludeRun', () => {
  it('says what each arm adds to the control, as the median over the blocks', () => {
    const { status, sentence } = concludeRun(
      { arms },
      makeBlocks([
        [2, 42, 3],
        [3, 53, 5],
        [2, 102, 2],
      ]),
    );
    expect(status).toBe('clear');
    expect(sentence).toContain('waits 2.0 ms for the event loop without an exporter');
    expect(sentence).toContain('50.0 ms with batch-otlp-json and 1.0 ms with offloop (arrival-weighted, medians of 3');
  });

  it('says that the machine is too noisy when the control swings as far as the arms add', () => {
    const { status, sentence } = concludeRun(
      { arms },
      makeBlocks([
        [2, 42, 3],
        [60, 160, 70],
      ]),
    );
    expect(status).toBe('unclear');
    expect(sentence).toMatch(/^This machine was too noisy to say: .* the control alone swings by 58\.0 ms/);
  });

  it('says that the machine is too noisy when one starved trial turns the order of the arms round', () => {
    const { status, sentence } = concludeRun(
      { arms },
      makeBlocks([
        [2, 42, 3],
        [2, 45, 130],
        [3, 44, 4],
      ]),
    );
    expect(status).toBe('unclear');
    expect(sentence).toMatch(/too noisy/);
  });

  it('compares a single arm with the swing of the control', () => {
    const trials = makeBlocks([
      [2, 100, 0],
      [3, 101, 0],
    ]).filter(({ arm }) => arm !== 'offloop');
    expect(concludeRun({ arms: ['control', 'batch-otlp-json'] }, trials).status).toBe('clear');
  });

  it('gives the figures of a single block, and no verdict', () => {
    const { status, sentence } = concludeRun({ arms }, makeBlocks([[5, 50, 6]]));
    expect(status).toBe('unclear');
    expect(sentence).toContain('45.0 ms with batch-otlp-json and 1.0 ms with offloop');
    expect(sentence).toContain('One block can not tell that from chance');
  });

  it('compares only blocks in which every arm has a valid trial', () => {
    const [first, ...rest] = makeBlocks([
      [2, 42, 3],
      [2, 62, 3],
    ]);
    if (first === undefined) throw new Error('no trial was made');
    const { sentence } = concludeRun({ arms }, [{ ...first, faults: ['spans are missing'] }, ...rest]);
    expect(sentence).toContain('60.0 ms with batch-otlp-json');
    expect(sentence).toContain('one block');
  });

  it('says so when nothing can be compared', () => {
    const trials = makeBlocks([[2, 42, 3]]).map((trial) => ({ ...trial, faults: ['starved'] }));
    expect(concludeRun({ arms }, trials)).toMatchObject({
      status: 'unclear',
      sentence: expect.stringMatching(/^No block/),
    });
    expect(concludeRun({ arms }, []).status).toBe('unclear');
  });
});
