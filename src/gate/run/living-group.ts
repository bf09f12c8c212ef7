import { readdirSync, readFileSync } from 'node:fs';
import { endProcessGroup } from './end-process-group.js';

/**
 * Whether a process group still has a process that runs. One that has ended counts as a member until its parent asks for
 * its exit code, which the first process of a container may never do for an orphan; on Linux such are told apart.
 */
export function isGroupAlive(groupId: number): boolean {
  if (!endProcessGroup(groupId, 0)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isLivingMember(name, groupId));
  } catch {
    return true;
  }
}

/** See proc_pid_stat(5), counted from the state. */
const STATE_FIELD = 0;
const GROUP_FIELD = 2;
const THREAD_COUNT_FIELD = 17;

function isLivingMember(pid: string, groupId: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // pid (name) state ppid pgrp ...; the name may hold anything, parentheses included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[GROUP_FIELD]) !== groupId) return false;
    // The first thread may be gone while others still hold the sockets.
    return !/[ZXx]/.test(fields[STATE_FIELD] ?? '') || Number(fields[THREAD_COUNT_FIELD]) > 1;
  } catch {
    return false;
  }
}
