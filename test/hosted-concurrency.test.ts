import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type WorkerSpanProcessor as Processor, WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Writes a line for whatever it is asked; a span's name says how long its export takes, in milliseconds. */
const EXPORTER = `
  import { appendFileSync } from 'node:fs';
  let instanceCount = 0;
  let underWay = 0;
  export default class {
    #id = (instanceCount += 1);
    #logFile;
    constructor({ logFile }) {
      this.#logFile = logFile;
    }
    export(spans, done) {
      underWay += 1;
      this.#log(\`export \${spans[0].name}, \${underWay} under way\`);
      if (spans[0].name === 'never') return;
      setTimeout(() => {
        underWay -= 1;
        done({ code: 0 });
      }, Number(spans[0].name));
    }
    async forceFlush() {}
    async shutdown() {
      this.#log('shutdown');
    }
    #log(text) {
      appendFileSync(this.#logFile, \`\${this.#id}: \${text}\\n\`);
    }
  }`;

/** Asked for the one attribute of each span, which is its name. */
const HOOKS = `
  export function mask({ value }) {
    return new Promise((resolve) => setTimeout(resolve, value === '2000' ? 1_900 : 0, value));
  }`;

let folder: string;
let processor: Processor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-concurrency-'));
  writeFileSync(join(folder, 'exporter.mjs'), EXPORTER);
  writeFileSync(join(folder, 'hooks.mjs'), HOOKS);
  writeFileSync(join(folder, 'log'), '');
});

afterEach(async () => {
  await processor.shutdown().catch(() => {});
  rmSync(folder, { recursive: true });
});

/** Ends spans that go in a chunk each. */
function end(names: readonly string[], maxConcurrentExports: number | undefined, others: WorkerSpanProcessorOptions) {
  const exporter = {
    module: pathToFileURL(join(folder, 'exporter.mjs')),
    options: { logFile: join(folder, 'log') },
    ...(maxConcurrentExports !== undefined && { maxConcurrentExports }),
  };
  processor = new WorkerSpanProcessor({ exporter, maxExportBatchSize: 1, ...others });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('concurrency');
  for (const name of names) tracer.startSpan(name, { attributes: { name } }).end();
}

async function settle(): Promise<void> {
  await expect.poll(() => processor.stats().pendingSpanCount, { timeout: 30_000 }).toBe(0);
}

function readLog(): string[] {
  return readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
}

it.each([
  [undefined, 1],
  [3, 3],
  [8, 8],
])('an exporter whose maxConcurrentExports is %s has %i exports under way at the most', async (given, most) => {
  end(new Array(20).fill('20'), given, {});
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 20, pendingSpanCount: 0 });
  const counts = readLog().map((line) => Number(/(\d+) under way/.exec(line)?.[1]));
  expect(counts).toHaveLength(20);
  expect(Math.max(...counts)).toBe(most);
});

it('the time-out of a chunk does not run while it waits for its turn', async () => {
  // Twice the time-out in all, of which each export takes a sixth.
  end(new Array(12).fill('500'), undefined, { exportTimeoutMillis: 3_000 });
  await settle();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 12, failedSpanCount: 0 });
});

it('an export whose time is over has the next one wait until it has ended', async () => {
  end(['2500', '10'], undefined, { exportTimeoutMillis: 2_000 });
  await settle();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCountByReason: { export_timeout: 1 } });
  expect(readLog()).toEqual(['1: export 2500, 1 under way', '1: export 10, 1 under way']);
});

it('an exporter that never calls back is shut down, and another takes its place', async () => {
  end(['never', '10', '10'], undefined, { exportTimeoutMillis: 2_000 });
  await settle();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, failedSpanCountByReason: { export_timeout: 1 } });
  expect(readLog().map((line) => line.replace(/,.*/, ''))).toEqual([
    '1: export never',
    '1: shutdown',
    '2: export 10',
    '2: export 10',
  ]);
});

it('an exporter to which a mask has left little time is given up no sooner than another', async () => {
  const hooks = { module: pathToFileURL(join(folder, 'hooks.mjs')) };
  end(['2000', '10'], undefined, { exportTimeoutMillis: 3_000, hooks });
  await settle();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCountByReason: { export_timeout: 1 } });
  expect(readLog()).toEqual(['1: export 2000, 1 under way', '1: export 10, 1 under way']);
});
