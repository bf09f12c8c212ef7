import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** Where a run's figures come from; the first line of raw.jsonl. */
export interface Provenance {
  readonly startedAt: string;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Of the checkout, with `-dirty` when it holds uncommitted changes; null outside one. */
  readonly commit: string | null;
  readonly node: string;
  readonly v8: string;
  readonly os: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  /** The first core's frequency governor; null where the machine does not tell, as most virtual ones. */
  readonly governor: string | null;
  /** One-minute load average before the run. */
  readonly loadBefore: number;
  readonly seed: number;
}

export function describeProvenance(command: string, seed: number): Provenance {
  return {
    startedAt: new Date().toISOString(),
    command,
    commit: readCommit(),
    node: process.version,
    v8: process.versions.v8,
    os: `${process.platform} ${process.arch} ${release()}`,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    governor: readOptionally('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    loadBefore: loadavg()[0] ?? 0,
    seed,
  };
}

/** The results folder is left out: a reference run is under way, and its own files are not a change of the code. */
function readCommit(): string | null {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const commit = git('rev-parse', 'HEAD').trim();
    const isDirty = git('status', '--porcelain', '--', '.', ':!results').trim() !== '';
    return isDirty ? `${commit}-dirty` : commit;
  } catch {
    return null;
  }
}

function readOptionally(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
