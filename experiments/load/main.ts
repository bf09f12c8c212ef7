import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';
import { generateLoad } from './generator.js';
import { findFault } from './plan.js';
import { type LoadCommand, type LoadPlan, type LoadReport, PLAN_DEFAULTS } from './protocol.js';

const DEFAULTS = {
  url: undefined,
  'rate-per-second': '50',
  arrivals: PLAN_DEFAULTS.arrivals,
  seed: String(PLAN_DEFAULTS.seed),
  'warm-up-millis': '2000',
  'measured-millis': '10000',
  'prompt-characters': '20000',
  'completion-characters': '20000',
  'request-timeout-millis': String(PLAN_DEFAULTS.requestTimeoutMillis),
  'max-in-flight-count': String(PLAN_DEFAULTS.maxInFlightCount),
};

/** The plan's own check knows the ranges. */
const ANY_NUMBER = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, fractional: true };

await runProgram('load', async () => {
  if (process.send) {
    process.once('disconnect', () => process.exit());
    process.once('message', (command: LoadCommand) => void obey(command));
    report({ type: 'ready' });
    return;
  }
  const plan = readPlan();
  const fault = findFault(plan);
  if (fault !== undefined) throw new UsageError(fault);
  const result = await generateLoad(plan, (phase) => process.stderr.write(`load: ${phase}\n`));
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
});

async function obey({ plan }: LoadCommand): Promise<void> {
  const fault = findFault(plan);
  if (fault === undefined) {
    report({ type: 'done', result: await generateLoad(plan, (phase) => report({ type: 'phase', phase })) });
  } else {
    report({ type: 'failed', message: fault });
    process.exitCode = 1;
  }
  process.disconnect();
}

function report(message: LoadReport): void {
  process.send?.(message);
}

function readPlan(): LoadPlan {
  const options = readOptions(DEFAULTS);
  return {
    url: options.url.replace(/\/$/, ''),
    ratePerSecond: readNumber(options, 'rate-per-second', ANY_NUMBER),
    // Whatever else was written: the plan's check names it.
    arrivals: options.arrivals as LoadPlan['arrivals'],
    seed: readNumber(options, 'seed', ANY_NUMBER),
    warmUpMillis: readNumber(options, 'warm-up-millis', ANY_NUMBER),
    measuredMillis: readNumber(options, 'measured-millis', ANY_NUMBER),
    promptCharacters: readNumber(options, 'prompt-characters', ANY_NUMBER),
    completionCharacters: readNumber(options, 'completion-characters', ANY_NUMBER),
    requestTimeoutMillis: readNumber(options, 'request-timeout-millis', ANY_NUMBER),
    maxInFlightCount: readNumber(options, 'max-in-flight-count', ANY_NUMBER),
  };
}
