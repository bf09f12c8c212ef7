import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProcessOptions {
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  /** Beside PATH; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The process is killed after it, and then has a signal. */
  readonly timeoutMillis: number;
}

export interface ProcessRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMillis: number;
}

/** Runs a JavaScript file to its end, in a process of its own. */
export async function runProcess(file: string, options: ProcessOptions): Promise<ProcessRun> {
  const { args = [], execArgv = [], env = {}, timeoutMillis } = options;
  const startMillis = performance.now();
  const child = spawn(process.execPath, [...execArgv, file, ...args], {
    // NODE_OPTIONS and OTEL_* of whoever runs this would change what the process does.
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMillis,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, stdout, stderr, durationMillis: performance.now() - startMillis };
}
