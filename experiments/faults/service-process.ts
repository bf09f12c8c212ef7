import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ServiceRun<Report> {
  readonly report: Report;
  readonly exitCode: number | null;
  /** All that the process wrote to standard error, the diag log where it was asked for. */
  readonly logLines: readonly string[];
}

type ServiceName = 'service' | 'exiting-service';

/**
 * Runs a service to its end, in a process of its own.
 *
 * @throws {Error} when it prints no report, or takes longer than `timeoutMillis`; with what it wrote.
 */
export async function runService<Report>(
  name: ServiceName,
  options: object,
  timeoutMillis: number,
): Promise<ServiceRun<Report>> {
  const child = spawn(process.execPath, [findEntry(name), JSON.stringify(options)], {
    // OTEL_* and NODE_OPTIONS of whoever runs the suite would change what the processors do.
    env: { PATH: process.env['PATH'] },
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
  if (stdout === '') {
    const end = signal ?? `exit code ${exitCode}`;
    throw new Error(`the ${name} ended (${end}) without a report; it wrote:\n${stderr.slice(-2_000)}`);
  }
  const logLines = stderr.split('\n').filter((line) => line !== '');
  return { report: JSON.parse(stdout) as Report, exitCode, logLines };
}

/** A process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findEntry(name: ServiceName): string {
  const isSource = import.meta.url.endsWith('.ts');
  const path = isSource ? `../../dist/experiments/faults/${name}.js` : `./${name}.js`;
  const entry = fileURLToPath(new URL(path, import.meta.url));
  if (existsSync(entry)) return entry;
  throw new Error(`expected ${entry}; build it with: npm run build`);
}
