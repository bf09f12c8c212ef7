import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProgramFolder } from './fixtures/program-folder.js';

const SPAN_COUNT = 10;

/** Writes a line when an export begins and when it ends. */
const EXPORTER = `
  import { appendFileSync } from 'node:fs';
  export default class {
    #logFile;
    constructor({ logFile }) {
      this.#logFile = logFile;
    }
    export([{ name }], done) {
      appendFileSync(this.#logFile, \`\${name} begins\\n\`);
      setTimeout(() => {
        appendFileSync(this.#logFile, \`\${name} ends\\n\`);
        done({ code: 0 });
      }, 20);
    }
    async shutdown() {}
  }`;

const APP = `
  import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
  import { WorkerSpanProcessor } from 'offloop';
  const [, , logFile, handOff] = process.argv;
  const exporter = { module: new URL('exporter.mjs', import.meta.url), options: { logFile } };
  // Whatever the machine does: the test is of the order.
  const exitDrainTimeoutMillis = 20_000;
  const processor = new WorkerSpanProcessor({ exporter, handOff, exitDrainTimeoutMillis, maxExportBatchSize: 1 });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('exit');
  for (let index = 0; index < ${SPAN_COUNT}; index++) tracer.startSpan(String(index)).end();
  process.on('exit', () => console.log(JSON.stringify(processor.stats())));
  process.exit();`;

let program: ProgramFolder;

beforeEach(() => {
  program = new ProgramFolder(['@opentelemetry/api', '@opentelemetry/sdk-trace-base']);
  program.write({ 'app.mjs': APP, 'exporter.mjs': EXPORTER });
});

afterEach(() => program.remove());

it.each(['transfer', 'shared'])(
  'a process that exits hands one chunk after the other to an exporter that takes one (%s)',
  async (handOff) => {
    const logFile = join(program.path, 'log');
    const run = await program.run('app.mjs', { args: [logFile, handOff] });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ exportedSpanCount: SPAN_COUNT, pendingSpanCount: 0 });
    const expected = Array.from({ length: SPAN_COUNT }, (_, index) => [`${index} begins`, `${index} ends`]);
    expect(readFileSync(logFile, 'utf8').trim().split('\n')).toEqual(expected.flat());
  },
);
