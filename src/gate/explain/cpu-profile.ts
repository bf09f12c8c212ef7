import type { Profiler, Session } from 'node:inspector';
import { findSourceMap } from 'node:module';
import { performance } from 'node:perf_hooks';
import { type ProfileNode, SAMPLING_INTERVAL_MILLIS, type TakenProfile } from './profile-record.js';

/** V8's profiler on the thread that starts it: a signal each interval, in whose handler the stack is read. */
export class CpuProfile {
  readonly #session: Session;
  /** When V8 began, at the earliest and at the latest. */
  readonly #startMicros: readonly [earliest: number, latest: number];

  private constructor(session: Session) {
    this.#session = session;
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_MILLIS * 1_000 });
    const earliest = readClockMicros();
    session.post('Profiler.start');
    this.#startMicros = [earliest, readClockMicros()];
  }

  /** Never rejects: a Node.js without the inspector must still run the service. */
  static async start(): Promise<CpuProfile | { readonly reason: string }> {
    try {
      const { Session } = await import('node:inspector');
      return new CpuProfile(new Session());
    } catch (error) {
      return { reason: (error as Error).message };
    }
  }

  /** Blocks the loop while V8 writes the profile. @throws {Error} when it has none. */
  stop(): Pick<TakenProfile, 'nodes' | 'samples'> {
    const { nodes, startTime, samples = [], timeDeltas = [] } = stopProfiler(this.#session);
    this.#session.disconnect();
    const toUnixMillis = this.#placeClock(startTime);
    let micros = startTime;
    const timed = samples.map((nodeId, index) => {
      micros += timeDeltas[index] ?? 0;
      return [nodeId, toUnixMillis(micros)] as const;
    });
    return { nodes: nodes.map(describeNode), samples: timed.toSorted((left, right) => left[1] - right[1]) };
  }

  /** V8 counts on the clock of `process.hrtime` on most systems; elsewhere the beginning is where they meet. */
  #placeClock(startMicros: number): (micros: number) => number {
    const [earliest, latest] = this.#startMicros;
    const shiftMicros = startMicros >= earliest && startMicros <= latest ? 0 : latest - startMicros;
    const unixMillisAtZero = performance.timeOrigin + performance.now() - readClockMicros() / 1_000;
    return (micros) => unixMillisAtZero + (micros + shiftMicros) / 1_000;
  }
}

function readClockMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** In one thread the answer comes before `post` returns. */
function stopProfiler(session: Session): Profiler.Profile {
  const answers: (Profiler.Profile | Error)[] = [];
  session.post('Profiler.stop', (error, answer) => answers.push(error ?? answer.profile));
  const [answer] = answers;
  if (answer === undefined || answer instanceof Error) throw answer ?? new Error('the profiler gave no answer');
  return answer;
}

function describeNode({ id, callFrame, children = [] }: Profiler.ProfileNode): ProfileNode {
  return { id, functionName: callFrame.functionName, childIds: children, ...locate(callFrame) };
}

/** In the source, where Node.js has read the source maps already (--enable-source-maps). */
function locate({ url, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']): { url: string; line: number } {
  const generated = { url, line: lineNumber + 1 };
  if (!process.sourceMapsEnabled || url === '' || url.startsWith('node:')) return generated;
  const mapped = findSourceMap(url)?.findEntry(lineNumber, columnNumber);
  if (mapped === undefined || !('originalSource' in mapped)) return generated;
  return { url: mapped.originalSource, line: mapped.originalLine + 1 };
}
