import { execFileSync } from 'node:child_process';
import { parseCoreList } from '../../runner/cores.js';

/** The CPUs that this process may run on; null where there is no `taskset` to say. */
export function readCpus(): number[] | null {
  try {
    const answer = execFileSync('taskset', ['-cp', `${process.pid}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // pid 123's current affinity list: 0-3
    return parseCoreList(answer.slice(answer.lastIndexOf(':') + 1).trim());
  } catch {
    return null;
  }
}

/** Every thread of this process, and whatever it starts from now on. @throws {Error} where `taskset` refuses. */
export function moveToCpus(cpus: readonly number[]): void {
  execFileSync('taskset', ['-acp', cpus.join(','), `${process.pid}`], { stdio: ['ignore', 'ignore', 'pipe'] });
}
