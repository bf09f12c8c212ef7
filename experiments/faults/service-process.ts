import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../runner/run-process.js';

export interface ServiceRun<Report> {
  readonly report: Report;
  readonly exitCode: number | null;
  /** When the process was gone; Unix time. */
  readonly endUnixMillis: number;
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
  const { exitCode, signal, stdout, stderr } = await runProcess(findEntry(name), {
    args: [JSON.stringify(options)],
    timeoutMillis,
  });
  const endUnixMillis = performance.timeOrigin + performance.now();
  if (stdout === '') {
    const end = signal ?? `exit code ${exitCode}`;
    throw new Error(`the ${name} ended (${end}) without a report; it wrote:\n${stderr.slice(-2_000)}`);
  }
  const logLines = stderr.split('\n').filter((line) => line !== '');
  return { report: JSON.parse(stdout) as Report, exitCode, endUnixMillis, logLines };
}

/** A process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findEntry(name: ServiceName): string {
  const isSource = import.meta.url.endsWith('.ts');
  const path = isSource ? `../../dist/experiments/faults/${name}.js` : `./${name}.js`;
  const entry = fileURLToPath(new URL(path, import.meta.url));
  if (existsSync(entry)) return entry;
  throw new Error(`expected ${entry}; build it with: npm run build`);
}
