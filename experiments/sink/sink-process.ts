import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SinkClient } from './client.js';
import { SinkError } from './sink-error.js';
import { type SinkOptions, toSinkArgs } from './sink-options.js';
import type { SinkMessage } from './sink-protocol.js';

const START_TIMEOUT_MILLIS = 20_000;
const STOP_TIMEOUT_MILLIS = 5000;
const MAX_STDERR_CHARACTERS = 4096;

/** A sink in a process of its own, and the client to ask it. */
export interface SinkProcess {
  readonly pid: number;
  readonly url: string;
  readonly tracesUrl: string;
  readonly controlUrl: string;
  readonly client: SinkClient;
  /** Ends the process and resolves when it is gone; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a sink in a process of its own; it ends with this one if nobody stops it.
 *
 * @param options as for `Sink.listen`, but on a free port by default.
 * @throws SinkError what the sink says when it can't start, `ERR_SINK_START` when it says nothing,
 *   `ERR_SINK_NOT_BUILT` when it is started from sources that were not built.
 */
export async function startSinkProcess(options: SinkOptions = {}): Promise<SinkProcess> {
  // A preload meant for the service that is being measured would come along with NODE_OPTIONS and execArgv.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = fork(findEntry(), toSinkArgs({ port: 0, ...options }), {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    const { url, tracesUrl, controlUrl } = await waitForListening(child);
    const client = new SinkClient(controlUrl);
    return { pid: child.pid ?? 0, url, tracesUrl, controlUrl, client, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findEntry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(isSource ? '../../dist/experiments/sink/main.js' : './main.js', import.meta.url));
  if (existsSync(entry)) return entry;
  throw new SinkError('ERR_SINK_NOT_BUILT', `The sink is not built: expected ${entry}. Run: npx tsc -p .`);
}

async function waitForListening(child: ChildProcess): Promise<SinkMessage & { type: 'listening' }> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MILLIS);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS);
  });
  const silence = once(child, 'close', { signal: timeout }).then(
    ([code, signal]) => failStart(`it ended with ${signal ?? `exit code ${code}`}: ${stderr.trim()}`),
    () => failStart(`it said nothing within ${START_TIMEOUT_MILLIS} ms`),
  );
  const message = once(child, 'message', { signal: timeout }).then(([first]) => first as SinkMessage);
  // Whichever of the two comes second must not end as an unhandled rejection.
  silence.catch(() => {});
  message.catch(() => {});
  const first = await Promise.race([message.catch(() => silence), silence]);
  switch (first.type) {
    case 'listening':
      return first;
    case 'failed':
      throw new SinkError(first.code, first.message);
    default:
      return first satisfies never;
  }
}

function failStart(reason: string): never {
  throw new SinkError('ERR_SINK_START', `The sink's process did not start: ${reason}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MILLIS);
  await exited;
  clearTimeout(timer);
}
