import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How `fork` starts a process that has one core, from its first thread on; Node sizes its thread pools by that. */
export function describeLaunch(core: number | null): { readonly execPath?: string; readonly execArgv: string[] } {
  if (core === null) return { execArgv: [] };
  return { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] };
}

let chosenCore: number | null | undefined;

/** The core for a service that is to have one, always the same; null where processes can't be bound to cores. */
export function chooseServiceCore(): number | null {
  // Once only: after keepOff() it is no longer among the cores of this process.
  chosenCore ??= findServiceCore();
  return chosenCore;
}

/** Binds this process, and what it starts from now on, to its other cores; without effect where there is no other. */
export function keepOff(core: number): void {
  const others = listCores().filter((each) => each !== core);
  if (others.length === 0) return;
  spawnSync('taskset', ['-a', '-c', '-p', others.join(','), String(process.pid)], { stdio: 'ignore' });
}

function findServiceCore(): number | null {
  const [first] = listCores();
  return first === undefined || !canPin(first) ? null : first;
}

/** Those the first of this process's threads may use; none where the system does not tell. */
function listCores(): number[] {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return parseCoreList(list);
  } catch {
    return [];
  }
}

/** As Linux writes them: `0-3,8`. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    if (!/^\d+$/.test(first) || !/^\d+$/.test(last)) return [];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

function canPin(core: number): boolean {
  return spawnSync('taskset', ['-c', String(core), 'true'], { stdio: 'ignore' }).status === 0;
}
