import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, hostname, release, totalmem } from 'node:os';
import { leaveCheckout } from './git-environment.js';

/** Where a run's figures come from. */
export interface Provenance {
  readonly startedAt: string;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Of the checkout, with `-dirty` when it holds uncommitted changes; null outside one. */
  readonly commit: string | null;
  /** Of the gate; the service may run another. */
  readonly node: string;
  readonly os: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  /** Tells two machines of the same kind apart. */
  readonly host: string;
  /** Of the arms' order and the load. */
  readonly seed: number;
}

export function describeProvenance(command: string, seed: number): Provenance {
  return {
    startedAt: new Date().toISOString(),
    command,
    commit: readCommit(),
    node: process.version,
    os: `${process.platform} ${process.arch} ${release()}`,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    host: hostname(),
    seed,
  };
}

/** In what the two machines differ, a phrase each; none for one and the same. */
export function compareMachines(recorded: Provenance, here: Provenance): string[] {
  const traits = ['host', 'cpuModel', 'cpuCount', 'os', 'node'] as const;
  return traits
    .filter((trait) => recorded[trait] !== here[trait])
    .map((trait) => `${trait} ${recorded[trait]} then, ${here[trait]} now`);
}

function readCommit(): string | null {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', env: leaveCheckout(), stdio: ['ignore', 'pipe', 'ignore'] });
    const commit = git('rev-parse', 'HEAD').trim();
    return git('status', '--porcelain').trim() === '' ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}
