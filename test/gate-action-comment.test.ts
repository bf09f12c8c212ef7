import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStep } from './fixtures/action-step.js';

const FAKE_GH = fileURLToPath(new URL('./fixtures/fake-gh.mjs', import.meta.url));
const FOREIGN = { id: 1, body: 'Looks good to me' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-action-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'gh'), `#!/bin/sh\nexec "${process.execPath}" "${FAKE_GH}" "$@"\n`, {
    mode: 0o755,
  });
  await writeFile(join(folder, 'comments.json'), JSON.stringify([FOREIGN]));
});

afterEach(() => rm(folder, { recursive: true }));

async function comment(verdict: string, inputs: NodeJS.ProcessEnv = {}) {
  await writeFile(join(folder, 'gate.md'), `### Event-loop delay: ${verdict}\n\n| | \`a\\b\` "c" |\n`);
  return runStep(inputs);
}

async function runStep(inputs: NodeJS.ProcessEnv = {}) {
  const { end, readOutput } = await startStep('comment', folder, {
    COMMENTS: join(folder, 'comments.json'),
    GITHUB_REPOSITORY: 'owner/name',
    FOLDER: folder,
    NUMBER: '7',
    NAME: '',
    WORKING_DIRECTORY: '.',
    CONFIG: '',
    ...inputs,
  });
  const { exitCode } = await end;
  return { exitCode, output: readOutput() };
}

async function listComments(): Promise<{ id: number; body: string }[]> {
  return JSON.parse(await readFile(join(folder, 'comments.json'), 'utf8'));
}

/** Second lines: the first is the marker. */
async function listHeadings(): Promise<(string | undefined)[]> {
  return (await listComments()).slice(1).map(({ body }) => body.split('\n')[1]);
}

describe("the Action's comment", () => {
  it('is written once and kept up to date, and leaves those of others alone', async () => {
    expect(await comment('holds')).toEqual({ exitCode: 0, output: '' });
    expect(await listHeadings()).toEqual(['### Event-loop delay: holds']);
    expect(await comment('regressed')).toEqual({ exitCode: 0, output: '' });
    expect(await listHeadings()).toEqual(['### Event-loop delay: regressed']);
    const [foreign, own] = await listComments();
    expect(foreign).toEqual(FOREIGN);
    expect(own?.body).toMatch(/^<!-- offloop gate.* -->\n### .*\n\n\| \| `a\\b` "c" \|\n$/);
  });

  it('is one for each gate, told by its name, or by its folder and config', async () => {
    const gates = [
      { WORKING_DIRECTORY: 'services/api' },
      { WORKING_DIRECTORY: './services/api/', CONFIG: 'gate.json' },
      { CONFIG: 'gate.json' },
      { CONFIG: 'gate.json', NAME: 'api' },
      { CONFIG: 'gate.json', NAME: 'api --> "Node.js 24" \\d' },
    ];
    for (const verdict of ['holds', 'regressed']) {
      for (const gate of gates) expect(await comment(verdict, gate)).toEqual({ exitCode: 0, output: '' });
    }
    expect(await listHeadings()).toEqual([
      '### Event-loop delay: regressed (services/api)',
      '### Event-loop delay: regressed (services/api/gate.json)',
      '### Event-loop delay: regressed (gate.json)',
      '### Event-loop delay: regressed (api)',
      '### Event-loop delay: regressed (api --> "Node.js 24" \\d)',
    ]);
  });

  it.each(['GET', 'POST', 'PATCH'])('is a warning and no failure where the token may not %s', async (FORBIDDEN) => {
    if (FORBIDDEN === 'PATCH') await comment('holds');
    const before = await listComments();
    const { exitCode, output } = await comment('regressed', { FORBIDDEN });
    expect(exitCode).toBe(0);
    expect(output).toMatch(/\(HTTP 403\)\n::warning title=offloop gate::the comment was not written.*fork/);
    expect(await listComments()).toEqual(before);
  });

  it('is left out where nothing could be run', async () => {
    expect(await runStep()).toEqual({ exitCode: 0, output: '' });
    expect(await listComments()).toEqual([FOREIGN]);
  });
});
