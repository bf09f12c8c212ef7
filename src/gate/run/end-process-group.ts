import { spawnSync } from 'node:child_process';

const IS_WINDOWS = process.platform === 'win32';

/** Processes of a group of their own can be ended together; Windows has no such groups, but knows who started whom. */
export const GROUP_SPAWN_OPTIONS = { detached: !IS_WINDOWS, windowsHide: true } as const;

/** @returns false when the group has no process left. */
export function endProcessGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  if (IS_WINDOWS && signal !== 0) {
    return spawnSync('taskkill', ['/pid', String(groupId), '/T', '/F'], { windowsHide: true }).status === 0;
  }
  try {
    return process.kill(IS_WINDOWS ? groupId : -groupId, signal);
  } catch {
    return false;
  }
}
