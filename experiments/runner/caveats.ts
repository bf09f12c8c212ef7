import { describeInjectedBlocks } from './conclusion.js';
import type { Run } from './run-record.js';

/** What a reader of the figures must know of this run and can't see in them, a sentence each. */
export function listCaveats(run: Pick<Run, 'scenario' | 'size' | 'trials'>): string[] {
  return [describePower(run), describeCores(run), describeStarvationCheck(run)].filter((caveat) => caveat !== null);
}

/** That the run is smaller than one that finds known blocks, where the scenario says what size does. */
function describePower({ scenario, size }: Pick<Run, 'scenario' | 'size'>): string | null {
  const { powered, name } = scenario;
  if (powered === undefined) return null;
  if (size.blockCount >= powered.blockCount && size.measuredMillis >= powered.measuredMillis) return null;
  const { lengthMillis } = powered.injectedBlocks;
  return (
    `Not powered for ${lengthMillis} ms blocks: at the load of ${name}, ${describeInjectedBlocks(powered.injectedBlocks)} ` +
    `take ${powered.blockCount} blocks of ${powered.measuredMillis} ms to be found; this run has ${size.blockCount} of ` +
    `${size.measuredMillis} ms.`
  );
}

/** That a service which was to have one core had more. */
function describeCores({ scenario, trials }: Pick<Run, 'scenario' | 'trials'>): string | null {
  if (scenario.serviceCoreCount === undefined) return null;
  const wrong = trials.flatMap(({ measured: { availableCoreCount: count } }) => (count === 1 ? [] : [count]));
  if (wrong.length === 0) return null;
  const counts = [...new Set(wrong)].map((count) => count ?? 'an unknown number of').join(' or ');
  return (
    `Not on one core: the service had ${counts} cores in ${wrong.length} of ${trials.length} trials. ` +
    'It is bound to one by taskset (Linux, util-linux), which this machine does not have or does not allow.'
  );
}

/** Where the system does not tell how long the service was ready to run and had no core, nothing is judged by it. */
function describeStarvationCheck({ trials }: Pick<Run, 'trials'>): string | null {
  const uncheckedCount = trials.filter(({ measured }) => (measured.loopDelay.runnableMillis ?? null) === null).length;
  if (uncheckedCount === 0) return null;
  return (
    `Not checked in ${uncheckedCount} of ${trials.length} trials: whether the service lacked a core. Only Linux tells; ` +
    'elsewhere a busy machine may pass for a blocked loop.'
  );
}
