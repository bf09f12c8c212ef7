import { median } from '#gate/statistics/sample-statistics';
import type { Run } from '../runner/run-record.js';
import type { TrialRecord } from '../runner/trial-record.js';
import type { ComparisonTable } from './comparison.js';
import { formatMillis, formatPercent } from './format-figure.js';

/**
 * What the machine did meanwhile, by arm, medians of its trials; none for runs without a noise-floor process. Excluded
 * trials count too: it is them that it explains.
 */
export function tabulateNoise({ scenario, trials }: Pick<Run, 'scenario' | 'trials'>): ComparisonTable[] {
  if (trials.every(({ noiseFloor }) => noiseFloor === null)) return [];
  return [
    {
      title: 'The machine: a process that only sleeps, and the service without a core',
      head: ['arm', 'p99 ms', 'max ms', 'no core', 'own CPU', 'service no core'],
      rows: scenario.arms.map(({ label }) => {
        const own = trials.filter(({ arm }) => arm === label);
        const read = (choose: (trial: TrialRecord) => number | null | undefined) =>
          median(own.flatMap((trial) => choose(trial) ?? []));
        const readShare = (choose: (trial: TrialRecord) => number | null | undefined) =>
          read((trial) => share(choose(trial), trial.noiseFloor?.observedMillis));
        return [
          label,
          formatMillis(read(({ noiseFloor }) => noiseFloor?.arrivalWeightedP99Millis)),
          formatMillis(read(({ noiseFloor }) => noiseFloor?.longestMillis)),
          formatPercent(readShare(({ noiseFloor }) => noiseFloor?.runnableMillis)),
          formatPercent(readShare(({ noiseFloor }) => noiseFloor?.cpuMillis)),
          formatPercent(
            read(({ measured: { loopDelay } }) => share(loopDelay.runnableMillis, loopDelay.durationMillis)),
          ),
        ];
      }),
    },
  ];
}

function share(partMillis: number | null | undefined, wholeMillis: number | undefined): number | null {
  return typeof partMillis === 'number' && wholeMillis ? partMillis / wholeMillis : null;
}
