import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

function makeFolder(processes: readonly Process[]): ProbeFolder {
  const folder = new ProbeFolder();
  onTestFinished(() => folder.remove());
  const [, url = ''] = folder.preload(null).split('--import=');
  const path = readAttachUrl(new URL(url)).folder;
  const monitor = monitorLoopDelay();
  const blank = monitor.snapshot().toJSON();
  monitor.stop();
  for (const [index, { script, cpuMillis, hasSockets, startsMillis }] of processes.entries()) {
    for (const [second, startMillis] of startsMillis.entries()) {
      const times = { startedAtUnixMillis: START + startMillis, durationMillis: 1_000, mainThreadCpuMillis: cpuMillis };
      const record = { pid: index + 1, threadId: 0, argv: ['node', join(ROOT, script)], hasSockets };
      writeFileSync(
        join(path, `${index + 1}-0-${second}.json`),
        JSON.stringify({ ...record, snapshot: { ...blank, ...times } }),
      );
    }
  }
  return folder;
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
});

describe('expectSameScripts', () => {
  const trials = [
    { arm: 'candidate', block: 0, script: 'a.js' },
    { arm: 'reference', block: 0, script: 'b.js' },
  ] as const;

  it('refuses two scripts of one command, and allows those of two', () => {
    const arms = (commands: readonly [string, string]) => [
      { name: 'candidate' as const, command: commands[0] },
      { name: 'reference' as const, command: commands[1] },
    ];
    expect(() => expectSameScripts(trials, arms(['x', 'x']))).toThrow(/'a\.js' in block 1 of the candidate, 'b\.js'/);
    expect(() => expectSameScripts(trials, arms(['x', 'y']))).not.toThrow();
  });
});
