import type { Environment } from '../config/gate-config.js';

export type ArmName = 'candidate' | 'reference';

/** One of the two services that are compared, ready to be started. */
export interface Arm {
  readonly name: ArmName;
  /** For the shell. */
  readonly command: string;
  readonly env: Environment;
  readonly workingDirectory: string;
  /** What the paths of its scripts are told from: of a worktree its top. */
  readonly rootFolder: string;
}
