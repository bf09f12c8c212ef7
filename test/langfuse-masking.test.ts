import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SinkBehaviour } from '../experiments/sink/behaviour.js';
import { CANARY, findCanary, MASKED, PLACEHOLDER } from './fixtures/langfuse-canary.js';
import {
  type Case,
  type Mask,
  type Outcome,
  openSide,
  run,
  SERVICE_TIMEOUT_MILLIS,
  type Side,
} from './fixtures/langfuse-canary-run.js';

/** Two services run at a time, one with the mask and one without. */
const TIMEOUT_MILLIS = 2 * SERVICE_TIMEOUT_MILLIS;
const POLL = { timeout: 20_000, interval: 20 };

let masked: Side;
let control: Side;

beforeEach(async () => {
  [masked, control] = await Promise.all([openSide(), openSide()]);
});

afterEach(async () => {
  for (const { proxy } of [masked, control]) proxy.close();
  await Promise.all([masked.server.stop(), control.server.stop()]);
});

/** The same with the mask and without: what the one hides has to be seen in the other. */
async function compare(scene: Case, mask: Mask): Promise<Outcome> {
  const { isWorkerKilledInMask, maskKeys, ...plain } = scene.options ?? {};
  const [outcome, unmasked] = await Promise.all([
    run(masked, scene, mask),
    run(control, { ...scene, options: plain }, undefined),
  ]);
  expect(findCanary(unmasked.bytes), 'without a mask').toContain('UTF-8');
  expect(findCanary(outcome.bytes), 'on the wire').toEqual([]);
  expect(findCanary(Buffer.from(outcome.output)), `in the output: ${outcome.output.slice(0, 2_000)}`).toEqual([]);
  return outcome;
}

function expectAllPlaceholders({ bytes, report, receivedSpanCount }: Outcome, spanCount = 4): void {
  expect(report).toMatchObject({ exportedSpanCount: spanCount, failedSpanCount: 0, pendingSpanCount: 0 });
  expect(receivedSpanCount).toBe(spanCount);
  expect(bytes.includes(PLACEHOLDER)).toBe(true);
}

function expectNothing({ bytes, report, receivedSpanCount }: Outcome): void {
  expect(report).toMatchObject({ exportedSpanCount: 0, pendingSpanCount: 0 });
  expect(receivedSpanCount).toBe(0);
  expect(bytes.includes('work')).toBe(false);
}

const inWorker = (name: Mask['name']): Mask => ({ name, place: 'worker' });
const onMainThread = (name: Mask['name']): Mask => ({ name, place: 'main thread' });
const PLACES = ['worker', 'main thread'] as const;

it('the search finds the canary in each of its forms', () => {
  const inBase64 = [0, 1, 2].map((count) => Buffer.from(`${'x'.repeat(count)}${CANARY}`).toString('base64'));
  expect(inBase64.map((text) => findCanary(Buffer.from(text))[0]?.slice(0, 14))).toEqual(
    Array(3).fill('base64 of utf8'),
  );
  expect(findCanary(Buffer.from(CANARY, 'utf16le'))).toContain('UTF-16LE');
  expect(findCanary(Buffer.from(`.${CANARY}`, 'utf16le').swap16())).toContain('UTF-16BE');
  expect(findCanary(Buffer.from(Buffer.from(CANARY).toString('hex')))).toEqual(['hex']);
  const escaped = CANARY.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  expect(findCanary(Buffer.from(escaped))).toContain('JSON, escaped');
  expect(findCanary(Buffer.from(`${MASKED} ${PLACEHOLDER}`))).toEqual([]);
});

describe.each(PLACES)('on the %s, no unmasked byte leaves when the mask', { timeout: TIMEOUT_MILLIS }, (place) => {
  it.each(['replace', 'replaceLater'] as const)('answers (%s)', async (name) => {
    const outcome = await compare({}, { name, place });
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4 });
    expect(outcome.bytes.includes(MASKED)).toBe(true);
    expect(outcome.bytes.includes(PLACEHOLDER)).toBe(false);
  });

  it.each(['throwIt', 'rejectIt'] as const)('fails (%s)', async (name) => {
    expectAllPlaceholders(await compare({}, { name, place }));
  });

  it.each(['neverAnswer', 'answerTooLate', 'rejectTooLate'] as const)('is not done in time (%s)', async (name) => {
    expectAllPlaceholders(await compare({ options: { maskTimeoutMillis: 200 } }, { name, place }));
  });

  it.each(['throwIt', 'neverAnswer', 'replaceLater'] as const)(
    'is cut short by the exit of the process (%s)',
    async (name) => {
      const { report } = await compare({ options: { ending: 'exit', maskTimeoutMillis: 500 } }, { name, place });
      expect(report?.pendingSpanCount).toBe(0);
    },
  );

  it('is asked about further keys', async () => {
    const maskKeys = ['langfuse.*', 'gen_ai.*'];
    const outcome = await compare({ options: { maskKeys } }, { name: 'replace', place });
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4 });
    expect(outcome.bytes.includes('gen_ai.input.messages')).toBe(true);
  });
});

describe('no unmasked byte leaves when the mask in the worker', { timeout: TIMEOUT_MILLIS }, () => {
  it('never returns', async () => {
    // Two workers are given 6 s each before the chunk is given up.
    const options = { spanCount: 1, exportTimeoutMillis: 1_000, ending: 'settle' as const };
    const outcome = await compare({ options }, inWorker('loopForEver'));
    expectNothing(outcome);
    expect(outcome.report?.droppedSpanCountByReason).toEqual({ worker_crashed: 1 });
  });

  it('never returns and the process exits', async () => {
    const options = { spanCount: 1, exportTimeoutMillis: 1_000, ending: 'exit' as const };
    const { receivedSpanCount } = await compare({ options }, inWorker('loopForEver'));
    expect(receivedSpanCount).toBe(0);
  });

  it('ends its thread with process.exit', async () => {
    expectNothing(await compare({}, inWorker('exitProcess')));
  });

  it.each(['throwTextLater', 'throwObjectLater', 'throwErrorLater'] as const)(
    'throws when nobody listens any more (%s)',
    async (name) => {
      const outcome = await compare({ options: { spanCount: 1, ending: 'settle' } }, inWorker(name));
      expectNothing(outcome);
      expect(outcome.report?.droppedSpanCountByReason).toEqual({ worker_crashed: 1 });
    },
  );

  it('fills the heap', async () => {
    const options = { spanCount: 1, maxOldGenerationSizeMb: 64 };
    expectNothing(await compare({ options }, inWorker('fillHeap')));
  });

  it('is not exported by its module', async () => {
    const outcome = await compare({}, inWorker('not exported'));
    expectNothing(outcome);
    expect(outcome.report?.failedSpanCountByReason).toEqual({ hooks_unavailable: 4 });
  });

  it('is interrupted by the end of its worker, and asked again by the next one', async () => {
    const outcome = await compare({ options: { isWorkerKilledInMask: true } }, inWorker('sayAndWait'));
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4, droppedSpanCount: 0 });
    expect(outcome.bytes.includes(MASKED)).toBe(true);
  });
});

describe.each(PLACES)('masked on the %s, no unmasked byte leaves when', { timeout: TIMEOUT_MILLIS }, (place) => {
  const mask: Mask = { name: 'replace', place };

  it('the receiver refuses with 503 and gets it again', async () => {
    const behaviour: SinkBehaviour = { fail: { status: 503, fireCount: 2, retryAfterSeconds: 0 } };
    const outcome = await compare({ behaviour }, mask);
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4 });
    expect((await masked.client.report()).traces.requests.countByStatus['503']).toBe(2);
  });

  it('the receiver refuses with 413 and gets halves', async () => {
    const spanCount = 16;
    const outcome = await compare({ behaviour: { maxBodyBytes: 30_000 }, options: { spanCount } }, mask);
    expect(outcome.report).toMatchObject({ exportedSpanCount: spanCount });
    expect((await masked.client.report()).traces.requests.countByStatus['413']).toBeGreaterThan(0);
  });

  it('the worker is killed in the middle of a request, and the next one sends it again', async () => {
    const scene: Case = {
      behaviour: { hang: { fireCount: 1 } },
      meddle: async (service, { client }) => {
        await expect.poll(async () => (await client.report()).traces.requests.hungCount, POLL).toBe(1);
        service.kill('SIGUSR2');
      },
    };
    const outcome = await compare(scene, mask);
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4, droppedSpanCount: 0 });
  });

  it('the process is killed in the middle of its exports', async () => {
    const scene: Case = {
      options: { ending: 'go on', spanCount: 10, paddingCharacters: 2_000 },
      behaviour: { delayMillis: 20 },
      meddle: async (service, { proxy }) => {
        await expect.poll(() => proxy.bytes.byteLength, POLL).toBeGreaterThan(1_000_000);
        service.kill('SIGKILL');
      },
    };
    const outcome = await compare(scene, mask);
    expect(outcome.report).toBeUndefined();
    expect(outcome.bytes.includes(MASKED)).toBe(true);
  });

  it('the process exits with all of it undelivered', async () => {
    const outcome = await compare({ options: { ending: 'exit', spanCount: 50 } }, mask);
    expect(outcome.report).toMatchObject({ exportedSpanCount: 50 });
    expect(outcome.bytes.includes(MASKED)).toBe(true);
  });
});

describe.each(PLACES)('media and the mask on the %s:', { timeout: TIMEOUT_MILLIS }, (place) => {
  const scene: Case = { options: { hasMedia: true } };

  it('what the mask takes out is not uploaded', async () => {
    const outcome = await compare(scene, { name: 'replace', place });
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4 });
    expect(outcome.mediaCount).toBe(0);
    expect((await control.client.report()).media.mediaCount).toBe(1);
  });

  it('what stands for a mask that failed is all there is', async () => {
    const outcome = await compare(scene, { name: 'throwIt', place });
    expectAllPlaceholders(outcome);
    expect(outcome.mediaCount).toBe(0);
  });

  it('what the mask puts in is uploaded', async () => {
    const outcome = await run(masked, {}, { name: 'answerWithMedia', place });
    expect(outcome.mediaCount).toBe(1);
    expect(outcome.bytes.includes('@@@langfuseMedia:type=image/png|id=')).toBe(true);
    // Its bytes are the canary's: as an asset, and nowhere else.
    expect(findCanary(outcome.bytes)).toEqual(['UTF-8', 'UTF-8, the part that is not ASCII']);
  });
});

it('a mask that changes nothing lets the canary through, so that all of this can fail', async () => {
  for (const mask of [inWorker('identity'), onMainThread('identity')]) {
    const outcome = await run(masked, {}, mask);
    expect(findCanary(outcome.bytes)).toContain('UTF-8');
    expect(outcome.report).toMatchObject({ exportedSpanCount: 4 });
  }
});
