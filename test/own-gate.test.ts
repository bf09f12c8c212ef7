import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_FREE_PORT } from '../experiments/service/free-port.js';
import type { GateConfig } from '../src/gate/config/gate-config.js';
import { parseGateConfig } from '../src/gate/config/parse-config.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SERVICES = join(ROOT, 'gate', 'services');
const MAX_CONFIG_LINES = 10;

/** What a function of `gate/` returns. */
function call(file: string, name: string, argument: unknown): unknown {
  const script = `
    import { ${name} } from ${JSON.stringify(pathToFileURL(join(ROOT, 'gate', file)).href)};
    process.stdout.write(JSON.stringify(${name}(${JSON.stringify(argument)})));
  `;
  const { NODE_OPTIONS: _, ...env } = process.env;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env }),
  );
}

describe('what a commit is compared with', () => {
  let folder: string;
  let checkout: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'offloop-base-commit-'));
    checkout = join(folder, 'checkout');
    git(folder, 'init', '--quiet', '--initial-branch=main', checkout);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function git(cwd: string, ...args: readonly string[]): string {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  function commit(message: string, cwd = checkout): string {
    writeFileSync(join(cwd, 'file'), message);
    git(cwd, 'add', 'file');
    git(cwd, 'commit', '--quiet', '--message', message);
    return git(cwd, 'rev-parse', 'HEAD');
  }

  it('is the release before it, for a release too', () => {
    const release = commit('first');
    git(checkout, 'tag', 'v0.1.0');
    commit('second');
    commit('third');
    git(checkout, 'tag', 'not-a-release', 'HEAD^');
    const expected = { commit: release, name: 'the release v0.1.0' };
    expect(call('base-commit.mjs', 'findBaseCommit', checkout)).toEqual(expected);
    git(checkout, 'tag', 'v0.2.0');
    expect(call('base-commit.mjs', 'findBaseCommit', checkout)).toEqual(expected);
  });

  it('is where a branch left the default one, else the commit before', () => {
    const first = commit('first');
    const second = commit('second');
    expect(call('base-commit.mjs', 'findBaseCommit', checkout)).toEqual({
      commit: first,
      name: 'the commit before this one',
    });
    const clone = join(folder, 'clone');
    git(folder, 'clone', '--quiet', checkout, clone);
    expect(call('base-commit.mjs', 'findBaseCommit', clone)).toMatchObject({ commit: first });
    git(clone, 'switch', '--quiet', '--create', 'branch');
    commit('third', clone);
    commit('fourth', clone);
    expect(call('base-commit.mjs', 'findBaseCommit', clone)).toEqual({
      commit: second,
      name: 'where this branch left origin/HEAD',
    });
  });

  it('is nothing in a shallow clone, at the first commit, and outside a checkout', () => {
    const outside = { reason: 'this folder is no git checkout, or git is not installed' };
    expect(call('base-commit.mjs', 'findBaseCommit', checkout)).toEqual(outside);
    commit('first');
    expect(call('base-commit.mjs', 'findBaseCommit', checkout)).toEqual({ reason: 'this is the first commit' });
    commit('second');
    const clone = join(folder, 'clone');
    git(folder, 'clone', '--quiet', '--depth=1', pathToFileURL(checkout).href, clone);
    expect(call('base-commit.mjs', 'findBaseCommit', clone)).toEqual({
      reason: expect.stringMatching(/^this clone is shallow and has one commit only; git fetch --deepen=1 /),
    });
  });
});

describe('the requests whose spans must have come', () => {
  const trials = [
    { arm: 'candidate', load: { succeededRequestCount: 200 } },
    { arm: 'reference', load: { succeededRequestCount: 199 } },
    { arm: 'candidate', load: { succeededRequestCount: 198 } },
  ];
  const config = { load: { requestsPerSecond: 50 }, trial: { warmUpMillis: 1_000, measuredMillis: 4_000 } };
  const count = (arms: readonly string[], explanation: object | null = null) =>
    call('exported-requests.mjs', 'countExportedRequests', { result: { config, trials, explanation }, arms });

  it('are those of the rehearsal and of each warm-up too, of the services that export', () => {
    expect(count(['candidate'])).toBe(200 + 198 + (2 + 1) * 50);
    expect(count(['candidate', 'reference'])).toBe(200 + 199 + 198 + (3 + 2) * 50);
  });

  it('are those of a trial under the profiler too, of each service that had one', () => {
    const explained = { status: 'explained', isCompared: true };
    const plain = count(['candidate', 'reference']) as number;
    expect(count(['candidate', 'reference'], explained)).toBe(plain + 2 * 250);
    expect(count(['candidate', 'reference'], { ...explained, isCompared: false })).toBe(plain + 250);
    expect(count(['candidate', 'reference'], { status: 'unavailable' })).toBe(plain);
  });

  it('are none where the gate ended before the first trial', () => {
    const result = { config: null, trials: [], explanation: null };
    expect(call('exported-requests.mjs', 'countExportedRequests', { result, arms: ['candidate'] })).toBe(0);
  });
});

describe('a config of the gate', () => {
  it('is valid for this repository itself, and its load goes where it listens', () => {
    const config = parseGateConfig(readConfig(ROOT));
    expect(config).toMatchObject({ reference: { type: 'variant' } });
    expect(config.service.command).toContain(`--port ${readPort(config)} `);
  });

  it.each(listServices())('is valid, short and documented for %s, and its load goes where it listens', (name) => {
    const text = readFileSync(join(SERVICES, name, 'offloop.gate.json'), 'utf8').trim();
    expect(text.split('\n').length).toBeLessThanOrEqual(MAX_CONFIG_LINES);
    expect(readFileSync(join(ROOT, 'docs', 'gate.md'), 'utf8')).toContain(`\`\`\`json\n${text}\n\`\`\``);
    const config = parseGateConfig(JSON.parse(text));
    const port = readPort(config);
    expect(config.service.command).toMatch(new RegExp(`\\b${port}\\b`));
    const { ready } = config.service;
    if (ready.type === 'url') expect(new URL(ready.url).port).toBe(`${port}`);
  });

  it('has a port of its own, below those that tests take and that systems give to connections', () => {
    const folders = [ROOT, ...listServices().map((name) => join(SERVICES, name))];
    const ports = folders.map((folder) => readPort(parseGateConfig(readConfig(folder))));
    expect(new Set(ports).size).toBe(ports.length);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(1_024);
    expect(Math.max(...ports)).toBeLessThan(FIRST_FREE_PORT);
  });
});

/** Where its load goes. */
function readPort({ load }: GateConfig): number {
  if (load.type !== 'http') throw new Error(`expected a load by HTTP, got ${load.type}`);
  return Number(new URL(load.url).port);
}

function readConfig(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'offloop.gate.json'), 'utf8'));
}

function listServices(): string[] {
  const entries = readdirSync(SERVICES, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
