// Runs a program that prints { madeSpanCount, stats } as its last line, with a real receiver for its spans.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from '../dist/experiments/service/free-port.js';
import { startSinkProcess } from '../dist/experiments/sink/sink-process.js';

const TIMEOUT_MILLIS = 180_000;
const MAX_OUTPUT_CHARACTERS = 20_000;

/**
 * @param command `node` is the Node that runs this.
 * @returns what the program printed last, what it wrote to stderr, and how many spans the receiver got.
 */
export async function runAgainstSink(command, cwd) {
  const sink = await startSinkProcess();
  try {
    const { stdout, stderr } = await runCommand(command, cwd, {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      // Next.js takes 0 for none and listens on 3000.
      PORT: `${await findFreePort()}`,
    });
    const lastLine = stdout.trim().split('\n').at(-1) ?? '';
    const { madeSpanCount, stats } = parseResult(lastLine);
    const { spans } = await sink.client.report();
    return { madeSpanCount, stats, stderr, receivedSpanCount: spans.receivedCount };
  } finally {
    await sink.stop();
  }
}

/** @throws when the command does not end with exit code 0. */
export async function runCommand([program, ...args], cwd, environment = {}) {
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd,
    env: { ...cleanEnvironment(), NEXT_TELEMETRY_DISABLED: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] = (output[name] + text).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MILLIS);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (code === 0) return output;
  throw new Error(
    `'${[program, ...args].join(' ')}' ended with ${signal ?? `exit code ${code}`}:\n${output.stderr.trim()}\n${output.stdout.trim()}`,
  );
}

/** Without what was meant for the process that runs this, and would lead to packages that are not the fixture's. */
export function cleanEnvironment() {
  const { NODE_OPTIONS: _, NODE_PATH: __, ...env } = process.env;
  return env;
}

function parseResult(line) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`expected the program to print { madeSpanCount, stats } last, got '${line.slice(0, 200)}'`);
  }
}
