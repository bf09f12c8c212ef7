// node matrix/cell.mjs NAME TARBALL, with the Node of that cell: installs, runs every check, prints what came of each.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { install } from '../bundlers/install.mjs';
import { Sink } from '../dist/experiments/sink/sink.js';
import { GrpcTraceReceiver } from '../dist/test/fixtures/grpc-trace-receiver.js';
import { CELLS, findObstacle } from './cells.mjs';
import { PROGRAMS, RESOLUTIONS } from './checks.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const TSC = join(HERE, '..', 'node_modules', 'typescript', 'bin', 'tsc');
const TIMEOUT_MILLIS = 60_000;

const OTHERS_DECLARATIONS = /^(?:\.\.\/)*node_modules\/(?!offloop\/(?!node_modules\/))/;

/** Metrics and logs are the SDK's own, and the sink takes none; clouds would be asked what they are, over the network. */
const TRACES_ONLY = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
};

const [name, tarball] = process.argv.slice(2);
const { sdk, checksTypes } = CELLS.find((cell) => cell.name === name);
console.log(JSON.stringify(await tryCell()));

/** @returns `refusal` where npm won't install it, else a `problem` and an `obstacle`, if there are, of every check. */
async function tryCell() {
  let folder;
  try {
    const shared = ['programs', 'types'].flatMap((from) => listFiles(join(HERE, from)));
    folder = await install(`matrix-${name}`, join(HERE, sdk), tarball, shared);
  } catch (error) {
    const refusal = /Not compatible with your version of node\/npm: (\S+)[\s\S]*?Required: (\{.*?\})/.exec(
      error.message,
    );
    if (refusal === null) throw error;
    return { refusal: `${refusal[1]} requires ${refusal[2]}` };
  }
  const checks = [];
  const sink = await Sink.listen({ port: 0 });
  const grpc = await GrpcTraceReceiver.listen(sink.tracesUrl);
  for (const program of PROGRAMS) {
    const obstacle = findObstacle(sdk, program.needs);
    const problem = obstacle === undefined ? await tryProgram(program, folder, { sink, grpc }) : undefined;
    checks.push({ name: program.name, problem, obstacle });
  }
  grpc.close();
  await sink.close();
  if (checksTypes) {
    for (const resolution of RESOLUTIONS) {
      checks.push({ name: resolution.name, problem: await tryTypes(resolution, folder) });
    }
  }
  return { checks };
}

async function tryProgram({ run, env, spanCount, ...expected }, cwd, { sink, grpc }) {
  await sink.reset();
  const { exitCode, stdout, stderr } = await runProgram(run, cwd, {
    ...TRACES_ONLY,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    GRPC_URL: grpc.url,
    LANGFUSE_BASE_URL: sink.url,
    LANGFUSE_PUBLIC_KEY: 'pk-lf-matrix',
    LANGFUSE_SECRET_KEY: 'sk-lf-matrix',
    ...env,
  });
  const { receivedCount, countByName } = (await sink.report()).spans;
  if (exitCode !== expected.exitCode) {
    return `expected exit code ${expected.exitCode}, got ${exitCode}\n${stdout}${stderr}`;
  }
  if (receivedCount !== spanCount || (countByName['work'] ?? 0) !== spanCount) {
    return `expected ${spanCount} spans 'work', got ${JSON.stringify(countByName)}\n${stdout}${stderr}`;
  }
  if (!expected.stdout.test(stdout)) return `expected ${expected.stdout} on stdout, got '${stdout}'`;
  if (!expected.stderr.test(stderr)) return `expected ${expected.stderr} on stderr, got '${stderr}'`;
  return undefined;
}

async function tryTypes({ module, resolution, files }, cwd) {
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const target = ['--target', 'es2022', '--types', 'node', '--resolveJsonModule'];
  const found = ['--module', module, '--moduleResolution', resolution, '--skipLibCheck', 'false'];
  const run = ['node', TSC, '--ignoreConfig', ...options, ...target, ...found, ...files];
  const { exitCode, stdout, stderr } = await runProgram(run, cwd, {});
  if (exitCode === 0) return undefined;
  // Errors in what others declare are theirs, and not shown to who compiles with skipLibCheck.
  const ours = stdout.split('\n').filter((line) => line.includes(': error TS') && !OTHERS_DECLARATIONS.test(line));
  return ours.length === 0 && stdout.includes(': error TS') ? undefined : `${ours.join('\n')}${stderr}`;
}

async function runProgram([program, ...args], cwd, environment) {
  const { PATH, HOME } = process.env;
  const options = { cwd, env: { PATH, HOME, ...environment }, timeout: TIMEOUT_MILLIS, killSignal: 'SIGKILL' };
  try {
    const output = await promisify(execFile)(program === 'node' ? process.execPath : program, args, options);
    return { exitCode: 0, ...output };
  } catch (error) {
    const { code, signal, stdout = '', stderr = error.message } = error;
    return { exitCode: signal ?? code, stdout, stderr };
  }
}

function listFiles(folder) {
  return readdirSync(folder).map((file) => join(folder, file));
}
