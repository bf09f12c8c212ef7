import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Child } from '../runner/child.js';
import type { SinkProcess } from '../sink/sink-process.js';
import type { Task, TrialCommand, TrialMessage, TrialOutcome } from './trial.js';

/** What every trial of a run uses. */
export interface TrialSurroundings {
  readonly sink: SinkProcess;
  readonly ddTraceFolder: string;
}

const TIMEOUT_MILLIS = 180_000;

/** Measures in a fresh process. @throws {Error} what the process wrote, when it failed. */
export async function runTrial(task: Task, { sink, ddTraceFolder }: TrialSurroundings): Promise<TrialOutcome> {
  await sink.client.reset();
  const command: TrialCommand = { task, tracesUrl: sink.tracesUrl, ddTraceFolder };
  const child = Child.start<TrialMessage>({
    name: `the trial (${task.type}, ${task.arm})`,
    moduleUrl: findEntry(),
    args: [JSON.stringify(command)],
  });
  try {
    return (await child.receive('finished', TIMEOUT_MILLIS)).outcome;
  } finally {
    await child.end();
  }
}

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
function findEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(
    isSource ? '../../dist/experiments/bench/trial-process.js' : './trial-process.js',
    import.meta.url,
  );
  if (existsSync(fileURLToPath(entry))) return entry;
  throw new Error(`expected ${fileURLToPath(entry)}; build it with: npm run build`);
}
