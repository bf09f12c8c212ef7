import type { Promised } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import { type Figure, isMet } from './scenario.js';
import type { SoakVerdicts } from './soak-verdicts.js';
import { formatFigure } from './tables.js';

/**
 * The table of docs/guarantees.md. A promise whose soak was not run is left out.
 *
 * @throws {Error} when a run lacks a figure that a promise shows, or the figure is not what it has to be.
 */
export function writeGuarantees(
  promises: readonly Promised[],
  records: readonly FaultRecord[],
  soaks: readonly SoakVerdicts[],
): string {
  const rows = promises
    .filter(({ soak }) => soak === undefined || soaks.some(({ scenario }) => scenario === soak.name))
    .map((promised) => {
      const figures = findFigures(promised, records);
      const stock = figures.filter(({ stockValue }) => stockValue !== undefined);
      const offloopCells = figures.map((figure) => `${figure.what}: ${formatFigure(figure, figure.value)}`);
      return [
        promised.promise,
        nameProofs(promised),
        [...offloopCells, ...findVerdicts(promised, soaks)].join('<br>'),
        stock.map((figure) => `${figure.what}: ${formatFigure(figure, figure.stockValue ?? Number.NaN)}`).join('<br>'),
      ];
    });
  const head = ['promise', 'shown by', 'offloop', 'stock'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function nameProofs({ scenario, soak, tests = [] }: Promised): string {
  const names = [scenario?.name, soak && `npm run soak -- --scenario ${soak.name}`, ...tests];
  return names.flatMap((name) => (name ? [`\`${name}\``] : [])).join(', ');
}

function findFigures({ scenario }: Promised, records: readonly FaultRecord[]): readonly Figure[] {
  if (scenario === undefined) return [];
  const record = records.find((candidate) => candidate.scenario === scenario.name);
  // Those the page does not show have to hold as well.
  for (const figure of record?.figures ?? []) {
    if (isMet(figure)) continue;
    throw new Error(`${scenario.name}: '${figure.what}' is ${figure.value}, which is not what was promised`);
  }
  return scenario.figures.map((what) => {
    const figure = record?.figures.find((candidate) => candidate.what === what);
    if (figure !== undefined) return figure;
    throw new Error(`the run has no '${what}' of ${scenario.name}; run the whole suite with --full`);
  });
}

function findVerdicts({ soak }: Promised, soaks: readonly SoakVerdicts[]): readonly string[] {
  if (soak === undefined) return [];
  const run = soaks.find(({ scenario }) => scenario === soak.name);
  return soak.verdicts.map((name) => {
    const verdict = run?.verdicts.find((candidate) => candidate.name === name);
    if (verdict === undefined) throw new Error(`the soak ${soak.name} has no verdict '${name}'; run it for longer`);
    if (verdict.status !== 'holds') {
      throw new Error(`the soak ${soak.name}: '${name}' is ${verdict.status}, expected it to hold; ${verdict.figures}`);
    }
    return `${name}: ${verdict.figures}`;
  });
}
