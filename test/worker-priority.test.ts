import { getPriority } from 'node:os';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProgramFolder } from './fixtures/program-folder.js';

/** Has its thread use Node's thread pool, which nobody may have used before it. */
const EXPORTER = `
  import { readFile } from 'node:fs/promises';
  export default class {
    export(spans, done) {
      readFile(new URL(import.meta.url)).then(() => done({ code: 0 }));
    }
    async shutdown() {}
  }`;

/** CommonJS, because the loader of ES modules uses the thread pool. */
const APP = `
  const { readdirSync, readFileSync } = require('node:fs');
  const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
  const { WorkerSpanProcessor } = require('offloop');
  const [, , url, worker] = process.argv;
  const processor = new WorkerSpanProcessor({ exporter: { module: url }, worker: JSON.parse(worker), maxExportBatchSize: 1 });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('priority');
  for (let count = 0; count < 8; count += 1) tracer.startSpan('span').end();
  // Field 19; the second is in parentheses, and may hold anything.
  const readNice = (thread) => {
    const [, fields] = /^.*\\) (.*)$/s.exec(readFileSync(\`/proc/\${process.pid}/task/\${thread}/stat\`, 'utf8'));
    return Number(fields.split(' ')[16]);
  };
  processor.forceFlush().then(() => {
    const all = readdirSync(\`/proc/\${process.pid}/task\`).map(readNice);
    console.log(JSON.stringify({ main: readNice(process.pid), all }));
  });`;

let program: ProgramFolder;

beforeEach(() => {
  program = new ProgramFolder(['@opentelemetry/api', '@opentelemetry/sdk-trace-base']);
  program.write({ 'app.cjs': APP, 'exporter.mjs': EXPORTER });
});

afterEach(() => program.remove());

it.runIf(process.platform === 'linux').each([
  [{}, 0, 0],
  [{ niceIncrement: 7 }, 7, 1],
  [{ niceIncrement: 3, threads: 2 }, 3, 2],
])('worker: %j lowers the priority of the worker threads and of no other', async (worker, increment, threadCount) => {
  const url = pathToFileURL(`${program.path}/exporter.mjs`).href;
  // Node 20 and 22 warn of require() of an ES module.
  const run = await program.run('app.cjs', { execArgv: ['--no-warnings'], args: [url, JSON.stringify(worker)] });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  const { main, all } = JSON.parse(run.stdout) as { readonly main: number; readonly all: readonly number[] };
  const own = getPriority();
  expect(main).toBe(own);
  expect(all.filter((nice) => nice !== own)).toEqual(new Array(threadCount).fill(Math.min(19, own + increment)));
});
