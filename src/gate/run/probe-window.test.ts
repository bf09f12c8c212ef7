import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { monitorLoopDelay } from '../../loop-delay/loop-delay-monitor.js';
import { readAttachUrl } from '../../probe/thread-record.js';
import { ProbeFolder } from './probe-window.js';
import { expectSameScripts } from './run-blocks.js';

const START = 1_000_000;
const WINDOW = { startUnixMillis: START, endUnixMillis: START + 4_000 };
const ROOT = '/nowhere/arm';
const ANY = { program: null, script: null };

interface Process {
  readonly script: string;
  readonly cpuMillis: number;
  readonly hasSockets: boolean;
  /** After the window's start, when each of its seconds began. */
  readonly startsMillis: readonly number[];
}

const UNCONNECTED = { hasServer: false, clusterPrimaryPid: null, accepted: { count: 0, lastUnixMillis: null } };

/** Of processes with the ids 1, 2 and so on. */
function makeFolder(processes: readonly Process[]): ProbeFolder {
  const folder = new ProbeFolder();
  onTestFinished(() => folder.remove());
  for (const [index, process] of processes.entries()) {
    for (const startMillis of process.startsMillis) leave(folder, index + 1, process, startMillis, 1_000);
  }
  return folder;
}

/** As the probe's preload does. */
function leave(
  folder: ProbeFolder,
  pid: number,
  { script, cpuMillis, hasSockets }: Process,
  startMillis: number,
  durationMillis: number,
): void {
  const [, url = ''] = folder.preload(null).split('--import=');
  const monitor = monitorLoopDelay();
  const blank = monitor.snapshot().toJSON();
  monitor.stop();
  const times = { startedAtUnixMillis: START + startMillis, durationMillis, mainThreadCpuMillis: cpuMillis };
  const record = { pid, threadId: 0, argv: ['node', join(ROOT, script)], hasSockets, ...UNCONNECTED };
  writeFileSync(
    join(readAttachUrl(new URL(url)).folder, `${pid}-0-${startMillis}.json`),
    JSON.stringify({ ...record, snapshot: { ...blank, ...times } }),
  );
}

const WHOLE = [-500, 500, 1_500, 2_500, 3_500];

describe('ProbeFolder', () => {
  it('measures the busiest process of those that hold sockets, not what started it', async () => {
    const folder = makeFolder([
      { script: 'npm.js', cpuMillis: 900, hasSockets: false, startsMillis: WHOLE },
      { script: 'side.js', cpuMillis: 10, hasSockets: true, startsMillis: WHOLE },
      { script: 'server.js', cpuMillis: 100, hasSockets: true, startsMillis: WHOLE },
    ]);
    expect(await folder.readWindow(WINDOW, ANY, ROOT)).toMatchObject({ script: 'server.js', isWholeWindow: true });
    expect(await folder.readWindow(WINDOW, { ...ANY, program: 'npm' }, ROOT)).toMatchObject({ script: 'npm.js' });
  });

  it('measures one process of those that run the script of earlier trials, and all that match a program', async () => {
    const worker = { script: 'server.js', hasSockets: true, startsMillis: WHOLE };
    const folder = makeFolder([
      { ...worker, script: 'other/server.js', cpuMillis: 900 },
      { ...worker, cpuMillis: 100 },
      { ...worker, cpuMillis: 300 },
    ]);
    const known = await folder.readWindow(WINDOW, { program: null, script: 'server.js' }, ROOT);
    expect(known).toMatchObject({ script: 'server.js', busiest: { pid: 3 } });
    expect(known.snapshot.mainThreadCpuMillis).toBe((300 * known.snapshot.durationMillis) / 1_000);
    const matching = await folder.readWindow(WINDOW, { program: 'server.js', script: null }, ROOT);
    expect(matching).toMatchObject({ script: 'other/server.js, server.js' });
  });

  it('says when the window was measured from its middle on', async () => {
    const server = { script: 'server.js', cpuMillis: 1, hasSockets: true };
    const folder = makeFolder([{ ...server, startsMillis: [1_500, 2_500, 3_500] }]);
    expect(await folder.readWindow(WINDOW, ANY, ROOT)).toMatchObject({ isWholeWindow: false });
  });

  it('waits for each of several processes, however long one is blocked', async () => {
    const server = { script: 'server.js', cpuMillis: 1, hasSockets: true };
    const blocked = { ...server, startsMillis: [-500] };
    const folder = makeFolder([{ ...server, startsMillis: WHOLE }, blocked]);
    const reading = folder.readWindow(WINDOW, { program: 'server', script: null }, ROOT);
    await delay(100);
    leave(folder, 2, blocked, 500, 4_500);
    const { snapshot, isWholeWindow } = await reading;
    expect(isWholeWindow).toBe(true);
    expect(snapshot.durationMillis).toBe(3 * 1_000 + 4_500);
  });

  it('waits for the one that is blocked where nobody names a program: it is the busiest', async () => {
    const server = { script: 'server.js', cpuMillis: 1, hasSockets: true };
    const folder = makeFolder([
      { ...server, startsMillis: WHOLE },
      { ...server, startsMillis: [-500] },
    ]);
    const reading = folder.readWindow(WINDOW, ANY, ROOT);
    await delay(100);
    leave(folder, 2, { ...server, cpuMillis: 4_500, startsMillis: [] }, 500, 4_500);
    const { snapshot, isWholeWindow, busiest } = await reading;
    expect(busiest.pid).toBe(2);
    expect({ isWholeWindow, durationMillis: snapshot.durationMillis }).toEqual({
      isWholeWindow: true,
      durationMillis: 4_500,
    });
  });

  it('says when one of several processes ended in the window, once it has waited for it', async () => {
    const server = { script: 'server.js', cpuMillis: 1, hasSockets: true };
    const folder = makeFolder([
      { ...server, startsMillis: WHOLE },
      { ...server, startsMillis: [-500, 500] },
      // Before the window: nobody waits for what started the service.
      { ...server, startsMillis: [-2_500] },
    ]);
    const wanted = { program: 'server', script: null };
    expect(await folder.readWindow(WINDOW, wanted, ROOT)).toMatchObject({ isWholeWindow: false });
  });
});

describe('expectSameScripts', () => {
  const trials = [
    { arm: 'candidate', block: 0, script: 'a.js', faults: [] },
    { arm: 'reference', block: 0, script: 'b.js', faults: [] },
  ] as const;
  const arms = (commands: readonly [string, string]) => [
    { name: 'candidate' as const, command: commands[0] },
    { name: 'reference' as const, command: commands[1] },
  ];

  it('refuses two scripts of one command, and allows those of two', () => {
    expect(() => expectSameScripts(trials, arms(['x', 'x']))).toThrow(/'a\.js' in block 1 of the candidate, 'b\.js'/);
    expect(() => expectSameScripts(trials, arms(['x', 'y']))).not.toThrow();
  });

  it('looks at no trial that may not be counted', () => {
    const [first, last] = trials;
    const spoilt = { ...last, faults: ['the machine stood still'] };
    expect(() => expectSameScripts([first, spoilt], arms(['x', 'x']))).not.toThrow();
    expect(() => expectSameScripts([spoilt, first], arms(['x', 'x']))).not.toThrow();
    expect(() => expectSameScripts([first, spoilt, last], arms(['x', 'x']))).toThrow(/'a\.js' .* 'b\.js'/);
  });
});
