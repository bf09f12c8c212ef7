import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SinkProcess, startSinkProcess } from '../sink/sink-process.js';
import { ENCODE_ARM_NAMES } from './encode-arms/index.js';
import { EXPORT_ARM_NAMES } from './export-arms/index.js';
import { PAYLOADS } from './payloads.js';
import { runTrial } from './run-trial.js';
import type { Task } from './trial.js';

const MEASURE_MILLIS = 20;

let sink: SinkProcess;
beforeAll(async () => {
  sink = await startSinkProcess({ maxTrackedSpanCount: 0 });
});
afterAll(() => sink.stop());

async function measure(task: Task) {
  const outcome = await runTrial(task, { sink, ddTraceFolder: '.' });
  if (outcome.status !== 'measured') throw new Error(outcome.message);
  return outcome.figures;
}

const INSTALLED_ENCODE_ARMS = ENCODE_ARM_NAMES.filter((name) => name !== 'dd-trace');

describe.each(INSTALLED_ENCODE_ARMS)('the encode arm %s', (arm) => {
  it('encodes', async () => {
    const figures = await measure({
      type: 'encode',
      arm,
      payload: PAYLOADS.M,
      distinctSpanCount: 8,
      measureMillis: MEASURE_MILLIS,
    });
    expect(figures['microsPerSpan']).toBeGreaterThan(0);
  });
});

it('says how to install an arm that is not installed', async () => {
  const task = { type: 'allocations', arm: 'dd-trace', payload: PAYLOADS.S } as const;
  const outcome = await runTrial(task, { sink, ddTraceFolder: '/nowhere' });
  expect(outcome).toMatchObject({ status: 'unavailable', message: expect.stringContaining('npm install') });
});

describe.each(EXPORT_ARM_NAMES)('the export arm %s', (arm) => {
  it('lets bursts leave, and none is lost', async () => {
    const figures = await measure({
      type: 'bursts',
      arm,
      payload: PAYLOADS.M,
      distinctSpanCount: 8,
      measureMillis: MEASURE_MILLIS,
      seed: 1,
    });
    // Over the pauses; the control has nothing but pauses, give or take.
    if (arm !== 'control') expect(figures['mainThreadMicrosPerSpan']).toBeGreaterThan(0);
    const leavesTheProcess = arm !== 'control' && arm !== 'structured-clone';
    const { receivedCount } = (await sink.client.report()).spans;
    if (leavesTheProcess) expect(receivedCount).toBeGreaterThanOrEqual(figures['spanCount'] ?? Number.NaN);
    else expect(receivedCount).toBe(0);
  });
});

describe('offloop', () => {
  const arm = 'offloop-transfer';

  it.each<[string, Task, string]>([
    [
      'spans just made',
      { type: 'fresh', arm: 'offloop', payload: PAYLOADS.S, measureMillis: MEASURE_MILLIS },
      'microsPerSpan',
    ],
    ['allocations', { type: 'allocations', arm: 'offloop', payload: PAYLOADS.L }, 'heapBytesPerSpan'],
    [
      'a fixed rate',
      { type: 'paced', arm, payload: PAYLOADS.S, spansPerSecond: 1_000, measureMillis: 100 },
      'processMicrosPerSpan',
    ],
    [
      'the sustained rate',
      { type: 'saturation', arm, payload: PAYLOADS.S, maxExportBatchSize: 512, measureMillis: 1_000 },
      'spansPerSecond',
    ],
    ['the longest block', { type: 'block', arm, measureMillis: 100, seed: 1 }, 'longestBlockMillis'],
    ['its start', { type: 'start', arm: 'offloop' }, 'importMillis'],
  ])('has figures for %s', async (_, task, figure) => {
    expect((await measure(task))[figure]).toBeGreaterThan(0);
  });

  it('allocates less than the text it encodes', async () => {
    const { bytesPerSpan } = await measure({ type: 'allocations', arm: 'offloop', payload: PAYLOADS.L });
    expect(bytesPerSpan).toBeLessThan(PAYLOADS.L.textCharacters);
  });
});
