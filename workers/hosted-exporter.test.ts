import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeSpans } from '../test/arbitraries/encode-spans.js';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { HostedExporter } from './hosted-exporter.js';

const EXPORTER = `
  export default class {
    #calls;
    #shutdowns;
    constructor({ calls, instances, shutdowns }) {
      this.#calls = calls;
      this.#shutdowns = shutdowns;
      instances.push(this);
    }
    export(spans, done) {
      this.#calls.push(done);
    }
    shutdown() {
      this.#shutdowns.push(this);
      return new Promise(() => {});
    }
  }`;

const [chunk = new Uint8Array()] = encodeSpans([createSpan()]);
const SUCCESS = { status: 'success', exportedSpanCount: 1 };
/** Longer than any test takes. */
const AMPLE_MILLIS = 60_000;
/** Past the time of an export. */
const GIVE_UP_MILLIS = 50;

/** What ends each call of export() that has come. */
let calls: ((result: { code: number }) => void)[];
let instances: unknown[];
/** The instance of each call of shutdown(), none of which is answered. */
let shutdowns: unknown[];
let folder: string;
let exporter: HostedExporter;

function create(maxConcurrentExports: number): void {
  const module = pathToFileURL(join(folder, 'exporter.mjs')).href;
  const options = { calls, instances, shutdowns };
  exporter = new HostedExporter(
    { type: 'hosted', module, exportName: 'default', options, maxConcurrentExports },
    2 * GIVE_UP_MILLIS,
  );
}

beforeEach(() => {
  calls = [];
  instances = [];
  shutdowns = [];
  folder = mkdtempSync(join(tmpdir(), 'offloop-hosted-'));
  writeFileSync(join(folder, 'exporter.mjs'), EXPORTER);
});

afterEach(() => rmSync(folder, { recursive: true }));

it.each([1, 2])('calls export() no more than %i times at once, and in order', async (maxConcurrentExports) => {
  create(maxConcurrentExports);
  const outcomes = Promise.all(Array.from({ length: 5 }, () => exporter.export(chunk, 1, AMPLE_MILLIS)));
  for (let endedCount = 0; endedCount < 5; endedCount++) {
    await expect.poll(() => calls.length).toBe(Math.min(5, endedCount + maxConcurrentExports));
    calls[endedCount]?.({ code: 0 });
  }
  expect(await outcomes).toEqual(new Array(5).fill(SUCCESS));
});

it('fails what does not get its turn in time, and the exporter never hears of it', async () => {
  create(1);
  const first = exporter.export(chunk, 1, AMPLE_MILLIS);
  await expect.poll(() => calls.length).toBe(1);
  const failure = { reason: 'export_timeout', message: 'the exporter was busy with earlier exports for 50 ms' };
  expect(await exporter.export(chunk, 1, 50)).toEqual({ status: 'failure', failedSpanCount: 1, failure });
  calls[0]?.({ code: 0 });
  expect(await first).toEqual(SUCCESS);
  // Its turn was not given to the one that no longer waits.
  const third = exporter.export(chunk, 1, AMPLE_MILLIS);
  await expect.poll(() => calls.length).toBe(2);
  calls[1]?.({ code: 0 });
  expect(await third).toEqual(SUCCESS);
});

it('gives an exporter up once, with all that wait for it', async () => {
  create(2);
  // Neither ever calls back.
  const stuck = [exporter.export(chunk, 1, 100), exporter.export(chunk, 1, 100)];
  await Promise.all(stuck);
  const later = [exporter.export(chunk, 1, AMPLE_MILLIS), exporter.export(chunk, 1, AMPLE_MILLIS)];
  await expect.poll(() => calls.length).toBe(4);
  for (const done of calls.slice(2)) done({ code: 0 });
  expect(await Promise.all(later)).toEqual([SUCCESS, SUCCESS]);
  const last = exporter.export(chunk, 1, AMPLE_MILLIS);
  await expect.poll(() => calls.length).toBe(5);
  calls[4]?.({ code: 0 });
  expect(await last).toEqual(SUCCESS);
  expect(instances).toHaveLength(2);
  expect(shutdowns).toEqual([instances[0]]);
});

it('does not give up an exporter that is being shut down already', async () => {
  create(1);
  // Never calls back.
  await exporter.export(chunk, 1, 100);
  // Ten times as long as it is waited for the call.
  expect(await exporter.shutdown(10 * GIVE_UP_MILLIS)).toMatchObject({ reason: 'export_timeout' });
  expect(shutdowns).toEqual(instances);
});
