import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench } from './fixtures/gate-run.js';

const TIMEOUT_MILLIS = 180_000;

function makeService(bench: GateBench, changes: Readonly<Record<string, unknown>>) {
  const env = { PORT: String(bench.port) };
  return { service: { command: 'node server.mjs', env, ready: { line: 'listening' }, ...changes } };
}

/** Exit code 2, the reason in one line, and nobody left. */
async function expectCannotJudge(
  { expect }: TestContext,
  bench: GateBench,
  reason: RegExp,
  args: readonly string[] = [],
): Promise<void> {
  const { exitCode, stdout, stderr } = await bench.start(args).end;
  expect(exitCode, stderr).toBe(2);
  const lines = `${stdout}\n${stderr}`.split('\n');
  const said = lines.filter((line) => line.includes("can't judge"));
  expect(said).toEqual([expect.stringMatching(/^offloop gate: can't judge: ./)]);
  expect(said[0]).toMatch(reason);
  expect(await bench.listProcesses()).toEqual([]);
  expect(await bench.listLeftFolders()).toEqual([]);
}

describe.concurrent('offloop gate can not judge', { timeout: TIMEOUT_MILLIS }, () => {
  it('without a config', async (context) => {
    await expectCannotJudge(
      context,
      await GateBench.open(context),
      /expected a config in offloop\.gate\.json, found none/,
    );
  });

  it('by a broken config, and names the key, what was expected and what came', async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig({ load: { url: bench.url, requestsPerSecond: 'fast' } });
    await expectCannotJudge(
      context,
      bench,
      /load\.requestsPerSecond: expected a number from 0\.1 to 100000, got 'fast'/,
    );
    await writeFile(join(bench.folder, 'offloop.gate.json'), '{ "service": ');
    await expectCannotJudge(context, bench, /offloop\.gate\.json: expected JSON/);
    await expectCannotJudge(context, bench, /Unknown option '--sett'/, ['--sett', 'a=1']);
    await expectCannotJudge(context, bench, /--explain or --no-explain, got both/, ['--explain', '--no-explain']);
    await expectCannotJudge(context, bench, /--save or --tolerate-noise, got both/, ['--save=b', '--tolerate-noise']);
  });

  it('by a variable that is none, and never shows the token in it', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const files = ['gate.json', 'gate.md', 'gate.xml', 'gate.html'];
    const outputs = ['--json=gate.json', '--markdown=gate.md', '--junit=gate.xml', '--html=gate.html'];
    const { exitCode, stdout, stderr } = await bench.start([...outputs, '--set', 'service.env=TOKEN=hush'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(bench.folder, 'summary.md'),
    }).end;
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toBe("offloop gate: can't judge: config: service.env: expected an object, got a text\n");
    const texts = await Promise.all([...files, 'summary.md'].map((file) => bench.readText(file)));
    for (const text of [stdout, ...texts]) {
      expect(text).toContain('service.env');
      expect(text).not.toContain('hush');
    }
  });

  it('by a header that HTTP can not send', async (context) => {
    const bench = await GateBench.open(context);
    const load = { url: bench.url, requestsPerSecond: 40 };
    await bench.writeConfig({ load: { ...load, headers: { 'x y': 'hush' } } });
    await expectCannotJudge(context, bench, /config: load\.headers\.x…: expected a name that HTTP can send/);
    await bench.writeConfig({ load: { ...load, headers: { 'x-y': 'hu\nsh' } } });
    await expectCannotJudge(context, bench, /config: load\.headers\.x-y: expected a text of one line in Latin-1/);
  });

  it('a service that never gets ready', async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig(makeService(bench, { ready: { line: 'never printed' }, readyTimeoutMillis: 1_500 }));
    await expectCannotJudge(
      context,
      bench,
      /the reference was not ready after 1\.5 s: expected a line with 'never printed'/,
    );
  });

  it('a service that crashes before it is ready, and quotes why', async (context) => {
    const bench = await GateBench.open(context);
    await writeFile(join(bench.folder, 'server.mjs'), "throw new TypeError('no such thing');");
    await bench.writeConfig();
    await expectCannotJudge(
      context,
      bench,
      /the reference ended before it was ready \(exit code 1\); it printed: TypeError: no such/,
    );
  });

  it('a service that crashes under load', async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig({ load: { url: `${bench.url}crash`, requestsPerSecond: 40 } });
    await expectCannotJudge(context, bench, /the reference ended while it was measured \(exit code 7\)/);
  });

  it('while somebody else listens on the port', async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const other = createServer((_, response) => response.end('me')).listen(bench.port, '127.0.0.1');
    await once(other, 'listening');
    context.onTestFinished(() => void other.close());
    await expectCannotJudge(context, bench, /127\.0\.0\.1:\d+ is in use already, before the reference was started/);
  });

  it('where no request succeeds, before the first trial', async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig({ load: { url: `${bench.url}missing`, requestsPerSecond: 40 } });
    await expectCannotJudge(
      context,
      bench,
      /: rehearsing the reference: 8 of 8 requests failed \(8 x HTTP 404\); expected answers with a status from 200/,
    );
  });

  it('where no request succeeds, and nothing was rehearsed', async (context) => {
    const bench = await GateBench.open(context);
    const trial = { warmUpMillis: 0, measuredMillis: 2_500 };
    await bench.writeConfig({ load: { url: `${bench.url}missing`, requestsPerSecond: 40 }, trial });
    await expectCannotJudge(
      context,
      bench,
      /one trial of the \w+ after the other can't be counted: 100 of 100 requests failed \(100 x HTTP 404\)/,
    );
  });

  it("where the user's own load ends too soon", async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig({ load: { command: 'node -e "console.error(process.env.OFFLOOP_LOAD_MILLIS)"' } });
    await expectCannotJudge(
      context,
      bench,
      /load\.command ended after [\d.]+ s \(exit code 0\), it is needed for 0\.2 s/,
    );
  });

  it('what is no Node.js process', async (context) => {
    const bench = await GateBench.open(context);
    const command = 'env NODE_OPTIONS= node server.mjs';
    await bench.writeConfig(makeService(bench, { command }));
    await expectCannotJudge(context, bench, /the service was not measured: it started no Node\.js process/);
  });

  it.for([
    ['leaves it its own streams', "'inherit'"],
    ['reads what it prints', "['pipe', 'inherit', 'pipe']"],
    ['has a channel to it', "['inherit', 'inherit', 'inherit', 'ipc']"],
  ] as const)(
    'what is no more than the launcher of a service that drops the preload, and %s',
    async ([, stdio], context) => {
      const bench = await GateBench.open(context);
      const launcher = `
      import { spawn } from 'node:child_process';
      const { NODE_OPTIONS, ...env } = process.env;
      spawn(process.execPath, ['server.mjs'], { env, stdio: ${stdio} });
      console.log('its output is a pipe');
      console.error('and this too');
    `;
      await writeFile(join(bench.folder, 'launcher.mjs'), launcher);
      await bench.writeConfig(makeService(bench, { command: 'node launcher.mjs' }));
      await expectCannotJudge(context, bench, /of its Node\.js processes \(.*launcher\.mjs\) none holds a server/);
    },
  );

  it('what holds a socket, and is no more than the launcher of the service that answers', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const launcher = `
      import { spawn } from 'node:child_process';
      import { createServer } from 'node:net';
      createServer().listen(0, '127.0.0.1');
      const { NODE_OPTIONS, ...env } = process.env;
      spawn(process.execPath, ['server.mjs'], { env, stdio: 'inherit' });
    `;
    await writeFile(join(bench.folder, 'launcher.mjs'), launcher);
    await bench.writeConfig(makeService(bench, { command: 'node launcher.mjs' }));
    const { exitCode, stdout } = await bench.start().end;
    expect(exitCode, stdout).toBe(2);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('none of its Node.js processes accepted a connection');
  });

  it('and quotes what a service printed without the values of its variables', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await writeFile(join(bench.folder, 'server.mjs'), "throw new Error('no way to ' + process.env.DATABASE);");
    const env = { PORT: String(bench.port), DATABASE: 'db://me:hush@host' };
    await bench.writeConfig(makeService(bench, { env }));
    await expectCannotJudge(context, bench, /it printed: Error: no way to \[redacted\]/, ['--json', 'gate.json']);
    expect(await bench.readText('gate.json')).not.toContain('hush');
  });

  it('by settings that allow too few blocks, and leaves that where it was asked to', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const figures = { arrivalWeightedP99Millis: { budget: 9 }, utilization: { budget: 1 } };
    await bench.writeConfig({ reference: undefined, figures });
    await expectCannotJudge(
      context,
      bench,
      /maxBlockCount is 6: expected at least 7 blocks to judge 2 margins and budgets/,
    );
    await bench.writeConfig({ load: {} });
    const files = ['--json', 'gate.json', '--junit', 'gate.xml', '--markdown', 'gate.md', '--html', 'gate.html'];
    const expectWritten = async (reason: string) => {
      const json = JSON.parse(await bench.readText('gate.json')) as GateResult;
      expect(json).toMatchObject({
        verdict: 'cannot judge',
        cause: 'fault',
        sentence: expect.stringContaining(reason),
      });
      expect(await bench.readText('gate.xml')).toMatch(/errors="1".*name="verdict"/s);
      expect(await bench.readText('gate.md')).toContain("can't judge");
      expect(await bench.readText('gate.html')).toContain(reason);
    };
    await expectCannotJudge(context, bench, /config: load: expected exactly one of/, [...files, '--tolerate-noise']);
    await expectWritten('config: load: expected exactly one of');
    await expectCannotJudge(context, bench, /Unknown option '--sett'/, [...files, '--sett', 'hush']);
    await expectWritten('Unknown option');
    expect(await bench.readText('gate.json')).not.toContain('hush');
  });

  it('and leaves each report but that which can not be written', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const { exitCode, stderr } = await bench.start(['--json', 'nowhere/gate.json', '--html', 'gate.html']).end;
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toContain("offloop gate: note: nowhere/gate.json can't be written: ENOENT");
    expect(await bench.readText('gate.html')).toContain('expected a config in offloop.gate.json, found none');
  });

  it('where a report can not be written, before it starts anything', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    await mkdir(join(bench.folder, 'reports'));
    const { exitCode, stderr } = await bench.start(['--json', 'reports', '--html', 'gate.html']).end;
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toContain("can't judge: can't write to reports: expected a file, it is a folder");
    expect(stderr).not.toContain('rehearsing');
    expect(await bench.readText('gate.html')).toContain('expected a file, it is a folder');
    await expectCannotJudge(context, bench, /--json: expected the name of a file, got an empty text/, ['--json=']);
  });

  it('where a report can not be written at the end, and keeps what came of the run in the others', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig(makeService(bench, { command: 'mkdir gate.json; exit 7' }));
    const { exitCode, stdout, stderr } = await bench.start(['--json', 'gate.json', '--markdown', 'gate.md']).end;
    expect(exitCode, stdout).toBe(2);
    expect(stderr).toMatch(/^offloop gate: gate\.json can't be written: EISDIR.*; the exit code is 2$/m);
    for (const text of [stdout, await bench.readText('gate.md')]) expect(text).toContain('exit code 7');
  });

  it('by a URL with a password, which no report shows', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const args = ['--load-url', 'http://me:hush@127.0.0.1/', '--json', 'gate.json', '--html', 'gate.html'];
    await expectCannotJudge(context, bench, /load\.url: expected a URL/, args);
    expect(await bench.readText('gate.json')).toContain("--load-url 'http://…@127.0.0.1/'");
    for (const name of ['gate.json', 'gate.html']) expect(await bench.readText(name)).not.toContain('hush');
  });

  it("without a config, also where the job's summary can't be written", async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: bench.folder };
    const { exitCode, stderr } = await bench.start([], env).end;
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toContain("note: the job's summary can't be written: EISDIR");
  });

  it('without a folder for temporary files', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const { exitCode, stdout } = await bench.start([], { TMPDIR: join(bench.folder, 'nowhere') }).end;
    expect(exitCode, stdout).toBe(2);
    expect(stdout).toContain("offloop gate: can't judge: ENOENT");
  });

  it('against a ref or a baseline that is not there', async (context) => {
    const bench = await GateBench.open(context);
    await bench.writeConfig({ reference: { baseline: 'nowhere.json' } });
    await expectCannotJudge(context, bench, /reference\.baseline: nowhere\.json is no baseline \(ENOENT/);
    await bench.writeConfig();
    await expectCannotJudge(context, bench, /reference\.ref needs a git checkout/, ['--ref', 'main']);
  });

  it.for(['SIGINT', 'SIGTERM'] as const)('when it is interrupted by %s', async (signal, context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const { child, output, end } = bench.start(['--json', 'gate.json']);
    await expect.poll(() => output.stderr, { timeout: TIMEOUT_MILLIS }).toContain('block 1, ');
    // The gate itself, the noise floor, the guard, the service and its load.
    await expect
      .poll(async () => (await bench.listProcesses()).length, { timeout: TIMEOUT_MILLIS })
      .toBeGreaterThanOrEqual(5);
    child.kill(signal);
    expect((await end).exitCode).toBe(2);
    expect(output.stdout).toContain(`offloop gate: can't judge: interrupted by ${signal}`);
    expect(JSON.parse(await bench.readText('gate.json'))).toMatchObject({ verdict: 'cannot judge' });
    await expect.poll(() => bench.listProcesses(), { timeout: TIMEOUT_MILLIS }).toEqual([]);
    expect(await bench.listLeftFolders()).toEqual([]);
  });

  it('when it is killed, and its processes end all the same', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const { child, output, end } = bench.start();
    await expect.poll(() => output.stderr, { timeout: TIMEOUT_MILLIS }).toContain('block 1, ');
    child.kill('SIGKILL');
    await end;
    await expect.poll(() => bench.listProcesses(), { timeout: TIMEOUT_MILLIS }).toEqual([]);
  });
});
