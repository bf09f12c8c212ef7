import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArmName } from '../../arms/index.js';
import { Child } from '../../runner/child.js';
import type { ServiceCommand, ServiceFinished, ServiceReport } from '../../service/protocol.js';
import type { ReceivedSpan } from '../../sink/otlp-shape.js';
import { type SinkProcess, startSinkProcess } from '../../sink/sink-process.js';
import type { Workload } from './workload.js';

const SERVICE_MODULE = new URL('../../../dist/experiments/service/main.js', import.meta.url);
const TIMEOUT_MILLIS = 20_000;
const REQUEST_COUNT = 3;

const WORKLOAD: Workload = {
  instrumentation: 'manual',
  capture: 'full',
  spanCount: 5,
  payloadKind: 'vietnamese',
  payloadByteLength: 20_000,
};

let sink: SinkProcess;

beforeAll(async () => {
  sink = await startSinkProcess({ maxKeptSpanCount: 1_000, maxKeptRequestCount: 1_000 });
});
beforeEach(() => sink.client.reset());
afterAll(() => sink.stop());

const children: Child<ServiceReport, ServiceCommand>[] = [];
afterEach(() => Promise.all(children.splice(0).map((child) => child.end())));

/** Asks the service a few times, ends it, and returns what it made and what of it arrived. */
async function run(workload: Workload, arm: ArmName): Promise<{ finished: ServiceFinished; spans: ReceivedSpan[] }> {
  const args = ['--application', 'workload', '--workload', JSON.stringify(workload), '--arm', arm];
  args.push('--sink-url', sink.url, '--model-server-url', 'http://127.0.0.1:1');
  const child = Child.start<ServiceReport, ServiceCommand>({ name: 'service', moduleUrl: SERVICE_MODULE, args });
  children.push(child);
  const { url } = await child.receive('ready', TIMEOUT_MILLIS);
  for (let request = 0; request < REQUEST_COUNT; request += 1) {
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{}',
    });
    expect(response.status).toBe(200);
    await response.text();
  }
  child.send({ type: 'finish' });
  const finished = await child.receive('finished', TIMEOUT_MILLIS);
  return { finished, spans: await sink.client.spans() };
}

/** The lengths of all texts of a span, and how many attributes it has. */
function measure({ attributes }: ReceivedSpan): { attributeCount: number; longestText: number } {
  const texts = attributes.map(({ value }) =>
    value !== undefined && 'stringValue' in value ? String(value.stringValue).length : 0,
  );
  return { attributeCount: attributes.length, longestText: Math.max(0, ...texts) };
}

describe.each(['manual', 'observe'] as const)('%s spans', (instrumentation) => {
  it('are as many as the workload says, and one of a request has the whole payload', async () => {
    const { finished, spans } = await run({ ...WORKLOAD, instrumentation }, 'batch-otlp-json');
    expect(finished).toMatchObject({ madeSpanCount: 5 * REQUEST_COUNT, droppedSpanCount: 0, errors: [] });
    expect(spans).toHaveLength(5 * REQUEST_COUNT);
    const longTexts = spans.map(measure).filter(({ longestText }) => longestText > 10_000);
    expect(longTexts).toHaveLength(REQUEST_COUNT);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined || parentSpanId === '')).toHaveLength(
      REQUEST_COUNT,
    );
  });

  it('have its first 200 characters, no text, or nothing at all, as the capture says', async () => {
    const longest = async (capture: Workload['capture']) => {
      await sink.client.reset();
      const { spans } = await run({ ...WORKLOAD, instrumentation, capture }, 'batch-otlp-json');
      const measured = spans.map(measure);
      return {
        text: Math.max(...measured.map(({ longestText }) => longestText)),
        attributes: Math.min(...measured.map(({ attributeCount }) => attributeCount)),
      };
    };
    expect((await longest('cut')).text).toBe(200);
    const metadata = await longest('metadata');
    expect(metadata.text).toBeLessThan(200);
    expect(metadata.attributes).toBeGreaterThanOrEqual(6);
    // Langfuse's SDK says by itself of what type an observation is.
    const none = await longest('none');
    expect(none.attributes).toBeLessThan(metadata.attributes);
    expect(none.text).toBeLessThan(20);
  });
});

it('automatic spans come on top of the manual ones, of which they are the parents', async () => {
  const { finished, spans } = await run({ ...WORKLOAD, instrumentation: 'automatic' }, 'offloop');
  expect(finished.madeSpanCount).toBeGreaterThan(5 * REQUEST_COUNT);
  expect(spans).toHaveLength(finished.madeSpanCount);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const own = spans.filter(({ name }) => name === 'answer');
  expect(own).toHaveLength(REQUEST_COUNT);
  for (const { parentSpanId } of own) expect(ids).toContain(parentSpanId);
});

it('an arm that flushes in the request makes an export of each', async () => {
  const { finished, spans } = await run(WORKLOAD, 'batch-awaited');
  expect(spans).toHaveLength(finished.madeSpanCount);
  expect((await sink.client.requests()).length).toBeGreaterThanOrEqual(REQUEST_COUNT);
});
