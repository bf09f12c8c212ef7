// What is tried in a folder that has offloop and an SDK installed.

/** Besides what `run` of a check names. 100 is what make-spans.cjs makes. */
const DEFAULTS = { exitCode: 0, spanCount: 100, stdout: /^$/, stderr: /^$/, env: {} };
const ANYTHING = /(?:)/;

const PROGRAMS = [
  { name: 'quick start, shutdown', run: ['node', 'quick-start.mjs', 'shutdown'] },
  { name: 'quick start, loop ends', run: ['node', 'quick-start.mjs', 'end'] },
  { name: 'process.exit()', run: ['node', 'quick-start.mjs', 'exit'], exitCode: 3 },
  { name: 'uncaught exception', run: ['node', 'quick-start.mjs', 'throw'], exitCode: 1, stderr: /thrown on purpose/ },
  {
    name: 'OTLP/JSON',
    run: ['node', 'quick-start.mjs', 'end'],
    env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  },
  { name: "CommonJS, require('offloop')", run: ['node', 'required.cjs'] },
  { name: "CommonJS, import('offloop')", run: ['node', 'common-import.cjs'] },
  { name: 'register, ES module', run: ['node', '--import', 'offloop/register', 'untouched.mjs'] },
  { name: 'register, CommonJS', run: ['node', '--import', 'offloop/register', 'untouched.cjs'] },
  { name: 'register by --require', run: ['node', '--require', 'offloop/register', 'untouched.cjs'] },
  { name: 'hosted exporter, OTLP', run: ['node', 'hosted-exporter.mjs', 'proto'] },
  { name: 'hosted exporter, gRPC', run: ['node', 'hosted-exporter.mjs', 'grpc'] },
  { name: 'hosted exporter, Zipkin', run: ['node', 'hosted-exporter.mjs', 'zipkin'], spanCount: 0 },
  {
    name: 'hosted exporter, console',
    run: ['node', 'hosted-exporter.mjs', 'console'],
    spanCount: 0,
    stdout: /(?:name: 'work'[\s\S]*?){100}/,
  },
  { name: 'WorkerTraceExporter', run: ['node', 'trace-exporter.mjs'] },
  { name: 'Langfuse', run: ['node', 'langfuse.mjs'], needs: '@langfuse/otel' },
  { name: 'loop-delay', run: ['node', 'loop-delay.mjs'], spanCount: 0 },
  // npm has its own things to say on stderr.
  {
    name: 'npx offloop --version',
    run: ['npx', '--no', 'offloop', '--version'],
    spanCount: 0,
    stdout: /^\d+\.\d+\.\d+\n$/,
    stderr: ANYTHING,
  },
  {
    name: 'npx offloop probe',
    run: ['npx', '--no', 'offloop', 'probe', '--', 'node', 'quick-start.mjs', 'end'],
    stderr: /p99/,
  },
].map((program) => ({ ...DEFAULTS, ...program }));

const NODE_FILES = ['consumer.ts', 'consumer-sdk.ts'];
const MORE_FILES = [...NODE_FILES, 'consumer-manifest.ts', 'consumer-vitest.ts'];

/** node16 knows neither attributes of imports nor require of an ES module; vitest has no types for it. */
const RESOLUTIONS = [
  { name: 'types, node16', module: 'node16', resolution: 'node16', files: NODE_FILES },
  { name: 'types, nodenext', module: 'nodenext', resolution: 'nodenext', files: [...MORE_FILES, 'consumer.cts'] },
  { name: 'types, bundler', module: 'esnext', resolution: 'bundler', files: MORE_FILES },
];

export { PROGRAMS, RESOLUTIONS };
