import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandLoad, HttpLoad, TrialSize } from '../config/gate-config.js';
import { GateError } from '../gate-error.js';
import { isolateEnvironment } from '../run/arm-environment.js';
import { describeEnd, LastOutput } from '../run/last-output.js';
import type { ProcessGroup, ProcessGroups } from '../run/process-groups.js';
import type { LoadPlan, LoadReport, LoadResult } from './load-protocol.js';

/** What keeps a service busy during one trial. */
export interface Load {
  /** In Unix time, before its first request. */
  readonly startUnixMillis: number;
  /** When the warm-up is over. */
  readonly measuring: Promise<void>;
  /** When the measured phase is over; answers may be missing still. */
  readonly draining: Promise<void>;
  /** Null where the load is the user's own, which tells nothing. */
  readonly result: Promise<LoadResult | null>;
  end(): Promise<void>;
}

export function startLoad(
  groups: ProcessGroups,
  load: HttpLoad | CommandLoad,
  size: TrialSize & { readonly seed: number },
): Load {
  return load.type === 'http' ? startHttpLoad(groups, load, size) : startCommandLoad(groups, load, size);
}

function startHttpLoad(
  groups: ProcessGroups,
  { type: _, ...load }: HttpLoad,
  { warmUpMillis, measuredMillis, seed }: TrialSize & { readonly seed: number },
): Load {
  const { group, child } = groups.startOwn(new URL('./load-process.js', import.meta.url));
  const receive = receiveReports(child, group);
  const started: Load = {
    startUnixMillis: Date.now(),
    measuring: receive('measuring').then(() => {}),
    draining: receive('draining').then(() => {}),
    result: receive('done').then(({ result }) => result),
    end: () => group.end(),
  };
  keepQuiet(started);
  const plan: LoadPlan = { ...load, warmUpMillis, measuredMillis, seed };
  child.send(plan, () => {});
  return started;
}

function receiveReports(child: ChildProcess, group: ProcessGroup) {
  const ended = group.ended.then((end) => {
    throw new GateError(`the load generator ended early (${describeEnd(end)})`);
  });
  ended.catch(() => {});
  return <Type extends LoadReport['type']>(type: Type): Promise<Extract<LoadReport, { readonly type: Type }>> => {
    const received = new Promise<Extract<LoadReport, { readonly type: Type }>>((resolve) => {
      child.on('message', (report: LoadReport) => {
        if (report.type === type) resolve(report as Extract<LoadReport, { readonly type: Type }>);
      });
    });
    return Promise.race([received, ended]);
  };
}

/** In the folder in which the gate was started, whichever arm it is for: both must have the same. */
function startCommandLoad(
  groups: ProcessGroups,
  { command }: CommandLoad,
  { warmUpMillis, measuredMillis }: TrialSize,
): Load {
  const workingDirectory = process.cwd();
  const own = isolateEnvironment({ workingDirectory, rootFolder: workingDirectory, replacedFolder: null });
  const neededMillis = warmUpMillis + measuredMillis;
  const output = new LastOutput();
  const ending = new AbortController();
  const startMillis = performance.now();
  const startUnixMillis = Date.now();
  const group = groups.start({
    command,
    workingDirectory,
    env: { ...own, OFFLOOP_LOAD_MILLIS: String(neededMillis) },
    onOutput: (text) => output.add(text),
  });
  const ended = group.ended.then((end) => {
    const seconds = ((performance.now() - startMillis) / 1_000).toFixed(1);
    throw new GateError(
      `load.command ended after ${seconds} s (${describeEnd(end)}), ` +
        `it is needed for ${neededMillis / 1_000} s${output.quote()}`,
    );
  });
  ended.catch(() => {});
  const wait = (millis: number): Promise<void> =>
    Promise.race([delay(millis, undefined, { signal: ending.signal }), ended]);
  const started: Load = {
    startUnixMillis,
    measuring: wait(warmUpMillis),
    draining: wait(neededMillis),
    result: wait(neededMillis).then(() => null),
    end: () => {
      ending.abort();
      return group.end();
    },
  };
  keepQuiet(started);
  return started;
}

/** Each is awaited in its turn; until then its failure must not end the gate as an unhandled rejection. */
function keepQuiet({ measuring, draining, result }: Load): void {
  for (const promise of [measuring, draining, result]) promise.catch(() => {});
}
