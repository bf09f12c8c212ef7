import { describe, expect, it } from 'vitest';
import type { Provenance } from '../runner/provenance.js';
import { BUSY, CONTROL, type CostRun, type CostTrial, parseCostRun, writeCostTable } from './cost-table.js';

const provenance = { command: 'cost', node: 'v24' } as Provenance;

function trial(load: string, monitor: string, round: number, figure: number): CostTrial {
  return { load, monitor, round, cpuMillisPerSecond: figure, roundTripsPerSecond: figure };
}

function run(...trials: CostTrial[]): CostRun {
  return { experiment: 'loop-delay-cost', provenance, trials };
}

describe('what a monitor costs', () => {
  it('is the median of the differences within a round', () => {
    const table = writeCostTable(
      run(
        ...[0, 10, 100].flatMap((own, round) => [
          trial('idle', CONTROL, round, own),
          trial('idle', 'ours', round, own + 5),
        ]),
      ),
    );
    expect(table).toContain('| ours | 0.50 |');
  });

  it('is the share of round trips that are gone where the loop is never idle', () => {
    expect(writeCostTable(run(trial(BUSY, CONTROL, 0, 200), trial(BUSY, 'ours', 0, 190)))).toContain('| ours | 5.00 |');
  });

  it('leaves a gap where a monitor was not measured', () => {
    const table = writeCostTable(
      run(trial('idle', CONTROL, 0, 1), trial('idle', 'ours', 0, 1), trial(BUSY, CONTROL, 0, 1)),
    );
    expect(table).toContain('| ours | 0.00 | - |');
  });

  it('reads back what was recorded, and nothing of another kind', () => {
    const { trials, ...header } = run(trial('idle', CONTROL, 0, 1));
    expect(parseCostRun(`${[header, ...trials].map((line) => JSON.stringify(line)).join('\n')}\n`)).toEqual(
      run(...trials),
    );
    expect(parseCostRun('{"claim":"m1"}\n')).toBeUndefined();
  });
});
