// node examples/run.mjs [name…]: runs the examples against a real receiver and compares the spans it got.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { install, packOffloop } from '../bundlers/install.mjs';
import { startSinkProcess } from '../dist/experiments/sink/sink-process.js';
import { EXAMPLES } from './expected.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const TIMEOUT_MILLIS = 60_000;

const names = process.argv.slice(2);
const unknown = names.find((name) => !EXAMPLES.some((example) => example.name === name));
if (unknown !== undefined) {
  console.error(`expected names of ${EXAMPLES.map(({ name }) => name).join(', ')}, got '${unknown}'`);
  process.exit(2);
}
const chosen = EXAMPLES.filter(({ name }) => names.length === 0 || names.includes(name));

let tarball;
if (chosen.some(({ isInstalled }) => isInstalled)) {
  console.log('packing offloop ...');
  tarball = await packOffloop();
}
for (const example of chosen) {
  const startedAtMillis = performance.now();
  const problem = await tryExample(example).catch((error) => error.message);
  const seconds = ((performance.now() - startedAtMillis) / 1000).toFixed(1);
  console.log(`${problem === undefined ? 'ok  ' : 'FAIL'} ${example.name.padEnd(24)} ${seconds.padStart(6)} s`);
  if (problem === undefined) continue;
  console.log(problem.replace(/^/gm, '     '));
  process.exitCode = 1;
}

/** @returns what is not as expected. */
async function tryExample(example) {
  const sources = join(HERE, example.name);
  const folder = example.isInstalled ? await install(example.name, sources, tarball) : sources;
  if (example.build !== undefined) await run(example.build, folder, {}, {});
  const sink = await startSinkProcess();
  try {
    await run(example.run, folder, example, { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, PORT: '0' });
    const { spans } = await sink.client.report();
    if (isDeepStrictEqual({ ...spans.countByName }, example.spanCounts)) return undefined;
    return `expected spans ${JSON.stringify(example.spanCounts)}, got ${JSON.stringify(spans.countByName)}`;
  } finally {
    await sink.stop();
  }
}

/** @throws when the program ends in another way than it should, or says anything on stderr. */
async function run(args, cwd, { requestCount, stdin = '', endsBy = 0 }, environment) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd, env: { ...env, ...environment } });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MILLIS);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  child.stdin.end(stdin);
  try {
    if (requestCount === undefined) child.stdout.resume();
    else await sendRequests(child, requestCount);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const [code, signal] = await closed;
  clearTimeout(timer);
  if ((signal ?? code) === endsBy && stderr === '') return;
  throw new Error(`'node ${args.join(' ')}': expected its end by ${endsBy}, got ${signal ?? code}: ${stderr.trim()}`);
}

async function sendRequests(child, requestCount) {
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (.+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    for (let index = 0; index < requestCount; index++) {
      // No connection stays open: the service ends once its callers have.
      const answer = await fetch(url, { headers: { connection: 'close' } });
      if ((await answer.text()) !== 'hello\n') throw new Error(`expected hello, got status ${answer.status}`);
    }
    child.kill('SIGTERM');
  }
}
