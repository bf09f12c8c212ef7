import { availableParallelism, cpus, release, type } from 'node:os';
import { formatMillis } from '../report/format-figure.js';
import type { ReportArm, ReportDocument } from '../report/report-document.js';
import type { ProbeArguments } from './probe-arguments.js';
import type { ProbedThread } from './record-folder.js';
import { listWorst } from './thread-report.js';

/** What was probed as a report: every thread an arm with one trial. */
export function describeProbe(
  threads: readonly ProbedThread[],
  { command, commandArgs }: ProbeArguments,
): ReportDocument {
  const program = [command, ...commandArgs].join(' ');
  const [worst] = listWorst(threads);
  return {
    title: `Event-loop delay of ${program}`,
    findings: worst
      ? [
          `One request in a hundred waits ${formatMillis(worst.snapshot.arrivalWeighted.percentileMillis(99))} ms or ` +
            `longer for the busiest event loop (${nameThread(worst)}); the raw p99 reads ` +
            `${formatMillis(worst.snapshot.raw.percentileMillis(99))} ms.`,
        ]
      : ['No Node.js process was measured.'],
    command: `offloop probe -- ${program}`,
    environment: [
      { name: 'Node.js of the probe', value: process.version },
      { name: 'system', value: `${type()} ${release()}` },
      { name: 'cores', value: `${availableParallelism()}, ${cpus()[0]?.model ?? 'unknown'}` },
    ],
    arms: listWorst(threads).map(
      ({ snapshot, ...thread }): ReportArm => ({
        name: nameThread(thread),
        trials: [{ label: 'run', loopDelay: snapshot.toJSON(), latency: null, processCpu: null, exports: null }],
      }),
    ),
    comparisons: [],
    exclusions: threads
      .filter(({ snapshot }) => snapshot === null)
      .map((thread) => ({ armName: nameThread(thread), label: 'run', reasons: ['ended before it was measured'] })),
    notes: ['The probe itself is a part of what it measures: a wake-up every 50 ms and a small file each second.'],
  };
}

function nameThread({ pid, threadId }: Pick<ProbedThread, 'pid' | 'threadId'>): string {
  return threadId === 0 ? `pid ${pid}` : `pid ${pid}, thread ${threadId}`;
}
