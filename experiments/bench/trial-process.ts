// One trial, in a process that has run nothing else. Modules are loaded when they are needed: the trial that measures
// an import must not find it done.
import type { Figures, TrialCommand, TrialMessage, TrialOutcome } from './trial.js';

const command = JSON.parse(process.argv[2] ?? '{}') as TrialCommand;

const message: TrialMessage = { type: 'finished', outcome: await run(command) };
process.send?.(message, () => process.disconnect());

async function run(trial: TrialCommand): Promise<TrialOutcome> {
  try {
    return { status: 'measured', figures: await measure(trial) };
  } catch (error) {
    // Not instanceof: the class's module is not to be loaded before an import is measured.
    if (error instanceof Error && error.name === 'ArmUnavailableError') {
      return { status: 'unavailable', message: error.message };
    }
    return { status: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function measure({ task, tracesUrl, ddTraceFolder }: TrialCommand): Promise<Figures> {
  switch (task.type) {
    case 'encode':
      return (await import('./measures/encode.js')).measureEncode(task, ddTraceFolder);
    case 'fresh':
      return (await import('./measures/encode.js')).measureFresh(task, ddTraceFolder);
    case 'allocations':
      return (await import('./measures/allocations.js')).measureAllocations(task, ddTraceFolder);
    case 'bursts':
      return (await import('./measures/bursts.js')).measureBursts(task, tracesUrl);
    case 'paced':
      return (await import('./measures/paced.js')).measurePaced(task, tracesUrl);
    case 'saturation':
      return (await import('./measures/saturation.js')).measureSaturation(task, tracesUrl);
    case 'block':
      return (await import('./measures/block.js')).measureBlock(task, tracesUrl);
    case 'start':
      return (await import('./measures/start.js')).measureStart(task, tracesUrl);
    default:
      return task satisfies never;
  }
}
