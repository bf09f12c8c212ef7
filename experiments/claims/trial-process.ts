// One trial, in a process that has run nothing else and loads nothing but what it measures.
import type { MeasureCase } from './claim.js';
import type { TrialCommand, TrialMessage, TrialOutcome } from './trial.js';

const { measureUrl, order } = JSON.parse(process.argv[2] ?? '{}') as TrialCommand;

// Whoever started it is gone; some client's timer would keep it alive.
process.once('disconnect', () => process.exit());

const message: TrialMessage = { type: 'finished', outcome: await run() };
process.send?.(message, () => process.disconnect());

async function run(): Promise<TrialOutcome> {
  try {
    const { measure } = (await import(measureUrl)) as { readonly measure: MeasureCase };
    return { status: 'measured', measured: await measure(order) };
  } catch (error) {
    return { status: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
