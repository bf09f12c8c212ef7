import type { ComparisonTable } from '../report/comparison.js';
import { listOutcomes } from './cell-figures.js';
import { CORE_CHOICES, TEXT_CHOICES } from './choices.js';
import { tabulateChoiceCosts, tabulateExporterCosts } from './cost-tables.js';
import {
  carriesPayload,
  tabulateChoices,
  tabulateExporters,
  tabulateInteractions,
  tabulateLevels,
} from './effect-tables.js';
import { listCompared, listPeers } from './effects.js';
import { tabulateChoiceLatency, tabulateExporterLatency, tabulateLevelLatency } from './latency-tables.js';
import type { MatrixRun } from './matrix-record.js';
import { tabulateCaptures, tabulatePair } from './pair-tables.js';

export interface MatrixTables {
  readonly exporters: ComparisonTable;
  /** Response time, by the rows of the tables of the same names. */
  readonly latency: Readonly<Record<'exporters' | 'levels' | 'choices' | 'cores', ComparisonTable>>;
  /** CPU and memory, by arm. */
  readonly exporterCosts: ComparisonTable;
  readonly levels: ComparisonTable;
  readonly choices: ComparisonTable;
  readonly cores: ComparisonTable;
  /** CPU and memory, by the rows of both. */
  readonly costs: ComparisonTable;
  readonly interactions: ComparisonTable;
  /** How spans leave by capture: the two axes that are crossed, each with its levels taken together. */
  readonly captures: ComparisonTable;
  /** How spans leave by each other axis. */
  readonly pairs: readonly ComparisonTable[];
}

/** Each is made when it is read: most readers want one of them. */
export function listTables(run: Pick<MatrixRun, 'matrix' | 'trials'>): MatrixTables {
  const outcomes = listOutcomes(run);
  const [compared, peers] = [listCompared(outcomes), listPeers(outcomes)];
  const { axes } = run.matrix;
  return {
    get exporters() {
      return tabulateExporters(axes, compared);
    },
    latency: {
      get exporters() {
        return tabulateExporterLatency(axes, compared);
      },
      get levels() {
        return tabulateLevelLatency(axes, peers);
      },
      get choices() {
        return tabulateChoiceLatency('Response time by what a service captures', TEXT_CHOICES, peers);
      },
      get cores() {
        return tabulateChoiceLatency('Response time by the cores it has', CORE_CHOICES, peers);
      },
    },
    get exporterCosts() {
      return tabulateExporterCosts(axes, compared);
    },
    get levels() {
      return tabulateLevels(axes, peers);
    },
    get choices() {
      return tabulateChoices('By what a service captures: is it worth the change?', TEXT_CHOICES, peers);
    },
    get cores() {
      return tabulateChoices('By the cores it has', CORE_CHOICES, peers);
    },
    get costs() {
      return tabulateChoiceCosts([...TEXT_CHOICES, ...CORE_CHOICES], peers);
    },
    get interactions() {
      return tabulateInteractions(axes, peers);
    },
    get captures() {
      return tabulateCaptures(compared);
    },
    get pairs() {
      return (['instrumentation', 'spans', 'kind', 'cores', 'load'] as const).map((axis) =>
        tabulatePair(axes, axis, axis === 'kind' ? compared.filter(carriesPayload) : compared, { byArm: true }),
      );
    },
  };
}
