import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';

const SPAN_COUNT = 1_500;

/** The SDK's majors cannot be installed side by side (their peers exclude each other), so the other one lives apart. */
const SDK_3_FOLDER = fileURLToPath(new URL('../.cache/sdk-3/', import.meta.url));
const SDK_3_PACKAGES = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.301.1',
  '@opentelemetry/resources': '3.1.1',
  '@opentelemetry/sdk-trace': '3.1.1',
};
const INSTALL_TIMEOUT_MILLIS = 180_000;

let sinks: Sink[];

beforeEach(async () => {
  sinks = await Promise.all(
    Array.from({ length: 3 }, () => Sink.listen({ port: 0, maxKeptSpanCount: SPAN_COUNT * 2 })),
  );
});

afterEach(async () => {
  await Promise.all(sinks.map((sink) => sink.close()));
});

async function compareMajor(resolveFrom: string, seed: number): Promise<void> {
  const urls = sinks.map(({ tracesUrl }) => tracesUrl);
  const args = [resolveFrom, String(seed), String(SPAN_COUNT), ...urls];
  const run = await runBuilt('test/fixtures/sdk-major.js', { args, timeoutMillis: 60_000 });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  for (const stats of JSON.parse(run.stdout)) {
    expect(stats).toMatchObject({ exportedSpanCount: SPAN_COUNT, pendingSpanCount: 0 });
  }
  const [official, transfer, shared] = await Promise.all(sinks.map(async (sink) => byId(await sink.spans())));
  expect(official).toHaveLength(SPAN_COUNT);
  expect(transfer).toEqual(official);
  expect(shared).toEqual(official);
}

function byId(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  return [...spans].sort((a, b) => a.spanId.localeCompare(b.spanId));
}

async function installSdk3(): Promise<void> {
  if (existsSync(join(SDK_3_FOLDER, 'node_modules', '@opentelemetry', 'sdk-trace'))) return;
  mkdirSync(SDK_3_FOLDER, { recursive: true });
  writeFileSync(join(SDK_3_FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies: SDK_3_PACKAGES }));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: SDK_3_FOLDER });
}

it("spans of the SDK's 2.x line equal those of its own exporter, whichever way they are handed over", async () => {
  await compareMajor(import.meta.url, 2);
}, 90_000);

it(
  "spans of the SDK's 3.x line equal those of its own exporter, whichever way they are handed over",
  async () => {
    await installSdk3();
    await compareMajor(join(SDK_3_FOLDER, 'package.json'), 3);
  },
  INSTALL_TIMEOUT_MILLIS,
);
