import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { Sink } from '../experiments/sink/sink.js';
import { ProgramFolder, type ProgramRun } from './fixtures/program-folder.js';

const API = '@opentelemetry/api';
const SDK_PACKAGES = [API, '@opentelemetry/sdk-trace-node'];

/** Ends a span named by its first argument, with a child of its own across an await, and says that it ran. */
const TRACED = `
  const tracer = trace.getTracer('program');
  tracer.startActiveSpan(process.argv[2] ?? 'work', async (span) => {
    await null;
    tracer.startSpan('child').end();
    span.end();
    console.log('ran');
  });
`;
const ES_MODULE = `import { trace } from '${API}';${TRACED}`;
const COMMON_JS = `const { trace } = require('${API}');${TRACED}`;

let sink: Sink;
let folder: ProgramFolder;

beforeAll(() => {
  folder = new ProgramFolder(SDK_PACKAGES);
  folder.write({ 'app.mjs': ES_MODULE, 'app.cjs': COMMON_JS });
});

beforeEach(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 100 });
});

afterEach(() => sink.close());
afterAll(() => folder.remove());

/** The collector's address, beside what a test sets. */
function environment(others: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...others };
}

function preload(file: string, others: Readonly<Record<string, string>> = {}): Promise<ProgramRun> {
  return folder.run(file, { execArgv: ['--import', 'offloop/register'], env: environment(others) });
}

async function countByName(): Promise<Record<string, number>> {
  return (await sink.report()).spans.countByName;
}

/** Texts only, by their keys. */
function readTexts(holder: ReceivedSpan | ReceivedSpan['resource'] | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (holder?.attributes ?? []).map(({ key, value }) => [
      key,
      value !== undefined && 'stringValue' in value ? value.stringValue : value,
    ]),
  );
}

const RAN = { exitCode: 0, signal: null, stdout: 'ran\n', stderr: '' };
const BOTH_SPANS = { work: 1, child: 1 };

describe.each(['app.mjs', 'app.cjs'])('%s is traced without a change', (file) => {
  it.each<[way: string, execArgv: string[], nodeOptions: string]>([
    ['--import', ['--import', 'offloop/register'], ''],
    ['--require', ['--require', 'offloop/register'], ''],
    ['NODE_OPTIONS', [], '  --import  offloop/register   --max-old-space-size=256 '],
  ])('by %s', async (_, execArgv, nodeOptions) => {
    const run = await folder.run(file, { execArgv, env: environment({ NODE_OPTIONS: nodeOptions }) });
    expect(run).toEqual(RAN);
    expect(await countByName()).toEqual(BOTH_SPANS);
    const spans = await sink.spans();
    const parent = spans.find(({ name }) => name === 'work');
    expect(spans.find(({ name }) => name === 'child')).toMatchObject({ parentSpanId: parent?.spanId });
  });
});

describe('the environment', () => {
  it('names the service and its resource', async () => {
    const run = await preload('app.mjs', {
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    expect(run).toEqual(RAN);
    const [span] = await sink.spans();
    expect(readTexts(span?.resource)).toMatchObject({ 'service.name': 'shop', 'deployment.environment.name': 'test' });
    expect(readTexts(span?.resource)).toHaveProperty(['process.pid']);
  });

  it('chooses the detectors', async () => {
    await preload('app.mjs', { OTEL_NODE_RESOURCE_DETECTORS: 'env,serviceinstance' });
    const [span] = await sink.spans();
    expect(readTexts(span?.resource)).toHaveProperty(['service.instance.id']);
    expect(readTexts(span?.resource)).not.toHaveProperty(['process.pid']);
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'True' }],
    [{ OTEL_TRACES_EXPORTER: 'none' }],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }],
  ])('turns spans off: %j', async (variables) => {
    expect(await preload('app.mjs', variables)).toEqual(RAN);
    expect(await countByName()).toEqual({});
  });

  it('bounds spans', async () => {
    folder.write({
      'attributes.mjs': `import { trace } from '${API}';
        trace.getTracer('program').startSpan('long', { attributes: { text: 'abcdef' } }).end();`,
    });
    await preload('attributes.mjs', { OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' });
    expect((await sink.spans()).map(readTexts)).toEqual([{ text: 'abc' }]);
  });

  it('prints spans, besides sending them, where it names both exporters', async () => {
    const run = await preload('app.mjs', { OTEL_TRACES_EXPORTER: 'otlp,console' });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/ran\n.*name: 'child'.*name: 'work'/s);
    expect(await countByName()).toEqual(BOTH_SPANS);
  });

  it('chooses the propagator', async () => {
    folder.write({
      'carrier.mjs': `import { context, propagation, trace } from '${API}';
        trace.getTracer('program').startActiveSpan('work', (span) => {
          const carrier = {};
          propagation.inject(context.active(), carrier);
          console.log(Object.keys(carrier).join());
          span.end();
        });`,
    });
    expect((await preload('carrier.mjs')).stdout).toBe('traceparent\n');
    expect((await preload('carrier.mjs', { OTEL_PROPAGATORS: 'none' })).stdout).toBe('\n');
    const unknown = await preload('carrier.mjs', { OTEL_PROPAGATORS: 'smoke', OTEL_LOG_LEVEL: 'warn' });
    expect(unknown.stderr).toMatch(/OTEL_PROPAGATORS: 'smoke' can't be had here/);
  });

  it('says without being asked that gRPC is not to be had, and sends over HTTP', async () => {
    // With links left as they are, nothing is seen but what lies in the folder.
    const names = ['sdk-trace-base', 'core', 'resources', 'context-async-hooks', 'semantic-conventions'];
    const alone = new ProgramFolder([...SDK_PACKAGES, ...names.map((name) => `@opentelemetry/${name}`)]);
    alone.write({ 'app.mjs': ES_MODULE });
    const run = await alone.run('app.mjs', {
      execArgv: ['--preserve-symlinks', '--import', 'offloop/register'],
      env: environment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: 'ran\n' });
    expect(run.stderr).toMatch(
      /^offloop\/register: OTEL_EXPORTER_OTLP_PROTOCOL=grpc needs @opentelemetry\/exporter-trace-otlp-grpc, .*; using http\/protobuf\.\n$/,
    );
    expect(await countByName()).toEqual(BOTH_SPANS);
    alone.remove();
  });

  it('may name another protocol for traces than for all', async () => {
    const chosen = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' };
    expect(await preload('app.mjs', chosen)).toEqual(RAN);
  });

  it('is told of in the log where it has a value that is not known', async () => {
    const variables = { OTEL_TRACES_EXPORTER: 'otlp,pigeon', OTEL_TRACES_SAMPLER: 'dice', OTEL_LOG_LEVEL: 'warn' };
    const run = await preload('app.mjs', variables);
    expect(run.stderr).toMatch(/OTEL_TRACES_EXPORTER: expected otlp, .* got 'pigeon'/);
    expect(run.stderr).toMatch(/OTEL_TRACES_SAMPLER.*dice/);
    expect(await countByName()).toEqual(BOTH_SPANS);
  });
});

describe('the config module', () => {
  it.each([
    ['config.cjs', `module.exports = { processor: { maxSpanBytes: 2048 }, sdk: { serviceName: 'shop' } };`],
    ['config.mjs', `export default { processor: { maxSpanBytes: 2048 }, sdk: { serviceName: 'shop' } };`],
  ])('sets options of the processor and of the SDK (%s)', async (file, source) => {
    folder.write({
      [file]: source,
      'large.mjs': `import { trace } from '${API}';
        const tracer = trace.getTracer('program');
        tracer.startSpan('small').end();
        tracer.startSpan('large', { attributes: { text: 'x'.repeat(4_000) } }).end();`,
    });
    expect(await preload('large.mjs', { OFFLOOP_CONFIG: file })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await countByName()).toEqual({ small: 1 });
    const [span] = await sink.spans();
    expect(readTexts(span?.resource)).toMatchObject({ 'service.name': 'shop' });
  });

  it('may be a file: URL, and has the last word on exporters', async () => {
    const url = new URL(`file://${folder.path}/config.mjs`);
    folder.write({
      'config.mjs': `export default { processor: { exporter: { url: ${JSON.stringify(sink.tracesUrl)} } } };`,
    });
    const variables = { OFFLOOP_CONFIG: url.href, OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: '' };
    expect(await preload('app.cjs', variables)).toEqual(RAN);
    expect(await countByName()).toEqual(BOTH_SPANS);
  });

  it("has the user's own span processors run before spans leave", async () => {
    folder.write({
      'config.mjs': `
        const naming = {
          onStart(span) { span.setAttribute('team', 'checkout'); },
          onEnd() {},
          async forceFlush() {},
          async shutdown() {},
        };
        export default { sdk: { spanProcessors: [naming] } };`,
    });
    expect(await preload('app.mjs', { OFFLOOP_CONFIG: 'config.mjs' })).toEqual(RAN);
    expect((await sink.spans()).map(readTexts)).toEqual([{ team: 'checkout' }, { team: 'checkout' }]);
  });

  it.each<[what: string, source: string | undefined, said: RegExp]>([
    ['is missing', undefined, /expected a path or a file: URL of a file that exists, got 'broken.mjs'/],
    ['throws', `throw new Error('no key\\nin the vault')`, /could not be loaded: no key in the vault/],
    ['is no JavaScript', 'export default {', /could not be loaded/],
    ['waits at its top level', 'export default await {}', /await at its top level/],
    ['exports nothing', 'export const options = {}', /expected an object, got undefined/],
    [
      'has an unknown key',
      'export default { exporter: {} }',
      /exporter: unknown option; expected one of processor, sdk/,
    ],
    ['has a bad option', 'export default { processor: { maxQueueSize: 0 } }', /maxQueueSize: expected a whole number/],
    ['has an exporter', 'export default { sdk: { traceExporter: {} } }', /name its module in processor.exporter/],
    ['has no options', 'export default { processor: 1 }', /processor: expected an object, got 1/],
    [
      'has a bad sampler',
      'export default { sdk: { sampler: 1 } }',
      /OFFLOOP_CONFIG\.sdk\.sampler: expected an object with a method shouldSample, got 1/,
    ],
    [
      'has no span processors',
      'export default { sdk: { spanProcessors: {} } }',
      /OFFLOOP_CONFIG\.sdk\.spanProcessors: expected an array/,
    ],
    [
      'has a span processor that is null',
      'export default { sdk: { spanProcessors: [null] } }',
      /OFFLOOP_CONFIG\.sdk\.spanProcessors\[0\]: expected an object with methods onStart, .* got null/,
    ],
    [
      'has an empty instrumentation',
      'export default { sdk: { instrumentations: [[{}]] } }',
      /OFFLOOP_CONFIG\.sdk\.instrumentations\[0\]: expected .*, got one without setTracerProvider/,
    ],
    [
      'has an empty detector',
      'export default { sdk: { resourceDetectors: [{}] } }',
      /OFFLOOP_CONFIG\.sdk\.resourceDetectors\[0\]: .*got one without detect/,
    ],
    [
      'has a bad name',
      'export default { sdk: { serviceName: 1 } }',
      /sdk\.serviceName: expected a value of type string, got 1/,
    ],
  ])('that %s is one line on stderr, and the program runs', async (_, source, said) => {
    const path = 'broken.mjs';
    if (source !== undefined) folder.write({ [path]: source });
    const run = await preload('app.mjs', { OFFLOOP_CONFIG: path });
    expect(run).toEqual({ ...RAN, stderr: expect.stringMatching(said) });
    expect(run.stderr).toMatch(/^offloop\/register: .*\. The program runs untraced\.\n$/);
    expect(await countByName()).toEqual({});
  });
});

describe('loaded again', () => {
  it('it does nothing', async () => {
    const twice = ['--import', 'offloop/register', '--require', 'offloop/register'];
    // The API says when it is given a second tracer provider.
    const loud = { OTEL_LOG_LEVEL: 'error', OTEL_NODE_RESOURCE_DETECTORS: 'env' };
    const again = folder.write({
      'again.mjs': `import './node_modules/offloop/dist/src/register.js?again';\n${ES_MODULE}`,
    });
    const run = await again.run('again.mjs', { execArgv: twice, env: environment(loud) });
    expect(run).toEqual(RAN);
    expect(await countByName()).toEqual(BOTH_SPANS);
  });

  it('by a thread and a child of the program it traces them too, and nothing starts for ever', async () => {
    folder.write({
      'family.mjs': `
        import { fork } from 'node:child_process';
        import { once } from 'node:events';
        import { Worker } from 'node:worker_threads';
        await once(new Worker(new URL('app.mjs', import.meta.url), { argv: ['thread'] }), 'exit');
        await once(fork(new URL('app.cjs', import.meta.url), ['child process']), 'exit');`,
    });
    const byOption = await preload('family.mjs');
    expect(byOption).toEqual({ ...RAN, stdout: 'ran\nran\n' });
    expect(await countByName()).toEqual({ thread: 1, 'child process': 1, child: 2 });
    await sink.reset();
    const env = environment({ NODE_OPTIONS: '--import offloop/register' });
    expect(await folder.run('family.mjs', { env })).toEqual({ ...RAN, stdout: 'ran\nran\n' });
    expect(await countByName()).toEqual({ thread: 1, 'child process': 1, child: 2 });
  });
});

it('by a file: URL it is found from the folder of any child', async () => {
  folder.write({
    'elsewhere.mjs': `
      import { fork } from 'node:child_process';
      import { once } from 'node:events';
      import { dirname } from 'node:path';
      const file = new URL('app.cjs', import.meta.url);
      await once(fork(file, ['elsewhere'], { cwd: dirname(process.cwd()) }), 'exit');`,
  });
  const { href } = pathToFileURL(join(folder.path, 'node_modules/offloop/dist/src/register.js'));
  const run = await folder.run('elsewhere.mjs', { env: environment({ NODE_OPTIONS: `--import ${href}` }) });
  expect(run).toEqual(RAN);
  expect(await countByName()).toEqual({ elsewhere: 1, child: 1 });
});

describe('the end of the program', () => {
  it('by process.exit() loses nothing', async () => {
    folder.write({ 'exit.cjs': `${COMMON_JS}\nsetImmediate(() => process.exit(3));` });
    expect(await preload('exit.cjs')).toEqual({ ...RAN, exitCode: 3 });
    expect(await countByName()).toEqual(BOTH_SPANS);
  });

  it('by SIGTERM is left to the program', async () => {
    folder.write({
      'signal.mjs': `
        console.log(process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'));
        setInterval(() => {}, 1_000);
        process.kill(process.pid, 'SIGTERM');`,
    });
    expect(await preload('signal.mjs')).toEqual({ exitCode: null, signal: 'SIGTERM', stdout: '0 0\n', stderr: '' });
  });
});

describe('a CommonJS program', () => {
  it('is traced when it requires offloop/register itself, and ES modules after it', async () => {
    folder.write({
      'lib.mjs': `import { trace } from '${API}'; export const end = (name) => trace.getTracer('lib').startSpan(name).end();`,
      'self.cjs': `require('offloop/register'); require('./lib.mjs').end('from an ES module');${COMMON_JS}`,
    });
    // Node 20 and 22 warn of require() of an ES module.
    const run = await folder.run('self.cjs', { execArgv: ['--no-warnings'], env: environment() });
    expect(run).toEqual(RAN);
    expect(await countByName()).toEqual({ ...BOTH_SPANS, 'from an ES module': 1 });
  });
});

it('says what to install where there is no SDK', async () => {
  const bare = new ProgramFolder([API]).write({ 'app.mjs': ES_MODULE });
  const run = await bare.run('app.mjs', { execArgv: ['--import', 'offloop/register'], env: environment() });
  expect(run).toEqual({ ...RAN, stderr: expect.stringMatching(/^offloop.*npm install @opentelemetry\/sdk-node.*\n$/) });
  bare.remove();
});
