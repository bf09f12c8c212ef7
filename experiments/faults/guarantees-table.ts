import { UsageError } from '../command-line.js';
import type { Promised } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import { type Figure, isMet } from './scenario.js';
import type { SoakVerdicts } from './soak-verdicts.js';
import { formatFigure } from './tables.js';

/**
 * The table of docs/guarantees.md. A promise whose soak was not run is left out.
 *
 * @throws {UsageError} when a run lacks a figure that a promise shows, or the figure is not what it has to be.
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
        writeCell([...offloopCells, ...findVerdicts(promised, soaks)]),
        writeCell(stock.map((figure) => `${figure.what}: ${formatFigure(figure, figure.stockValue ?? Number.NaN)}`)),
      ];
    });
  const head = ['promise', 'shown by', 'offloop', 'stock'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A promise that only tests show has no figures; blank, the cell would look as if they were lost. */
function writeCell(lines: readonly string[]): string {
  return lines.join('<br>') || '-';
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
    throw new UsageError(`${scenario.name}: '${figure.what}' is ${figure.value}, which is not what was promised`);
  }
  return scenario.figures.map((what) => {
    const figure = record?.figures.find((candidate) => candidate.what === what);
    if (figure !== undefined) return figure;
    throw new UsageError(
      `no run has '${what}' of ${scenario.name}; record one with: npm run test:faults -- --full --results results/faults/DATE`,
    );
  });
}

function findVerdicts({ soak }: Promised, soaks: readonly SoakVerdicts[]): readonly string[] {
  if (soak === undefined) return [];
  const run = soaks.find(({ scenario }) => scenario === soak.name);
  return soak.verdicts.map((name) => {
    const verdict = run?.verdicts.find((candidate) => candidate.name === name);
    if (verdict === undefined)
      throw new UsageError(`the soak ${soak.name} has no verdict '${name}'; run it for longer`);
    if (verdict.status !== 'holds') {
      throw new UsageError(
        `the soak ${soak.name}: '${name}' is ${verdict.status}, expected it to hold; ${verdict.figures}`,
      );
    }
    return `${name}: ${verdict.figures}`;
  });
}
