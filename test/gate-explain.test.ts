import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import { parseGateConfig } from '#gate/config/parse-config';
import { explainRun } from '#gate/explain/explain-run';
import type { ExplainedBlock, Explanation, FoundExplanation } from '#gate/explain/explanation';
import { NoiseFloorWatch } from '#gate/run/noise-floor';
import { ProcessGroups } from '#gate/run/process-groups';
import type { TrialRecord } from '#gate/run/trial-record';
import { Sink } from '../experiments/sink/sink.js';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench } from './fixtures/gate-run.js';

const TIMEOUT_MILLIS = 300_000;

/** A service that listens, and whatever else `lines` has it do. */
function writeServer(lines: string): string {
  return `
import http from 'node:http';
${lines}
http.createServer((request, response) => response.end('ok'))
  .listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
`;
}

/** The function begins in line 3. */
const CATALOGUE = `// What a real service
// would read from a file.
export function parseHugeCatalogue(millis) {
  const end = performance.now() + millis;
  while (performance.now() < end);
}
`;
const PARSING_SERVER = writeServer(`
import { parseHugeCatalogue } from './catalogue.mjs';
if (process.env.BLOCK_MILLIS) setInterval(() => parseHugeCatalogue(Number(process.env.BLOCK_MILLIS)), 200);
`);

async function openBench(context: TestContext, files: Readonly<Record<string, string>>): Promise<GateBench> {
  const bench = await GateBench.open(context);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(bench.folder, name, '..'), { recursive: true });
    await writeFile(join(bench.folder, name), text);
  }
  return bench;
}

interface Run {
  readonly command?: string;
  readonly candidateEnv?: Readonly<Record<string, string>>;
  readonly isCompared?: boolean;
  readonly trials?: readonly TrialRecord[];
}

/** What the gate does once it has judged. */
async function explain(
  { onTestFinished }: TestContext,
  bench: GateBench,
  { command = 'node server.mjs', candidateEnv = {}, isCompared = false, trials = [] }: Run,
): Promise<Explanation> {
  const groups = new ProcessGroups();
  const noiseFloor = new NoiseFloorWatch(groups);
  onTestFinished(async () => {
    await noiseFloor.end();
    await groups.close();
  });
  const config = parseGateConfig({
    service: { command, ready: { line: 'listening' } },
    load: { url: bench.url, requestsPerSecond: 20 },
    trial: { warmUpMillis: 200, measuredMillis: 3_500 },
    validity: { maxStarvedRatio: 1, maxStandstillMillis: 60_000, maxLatenessP99Millis: 60_000 },
    figures: { arrivalWeightedP99Millis: { budget: 1 } },
  });
  const arm = { command, workingDirectory: bench.folder, rootFolder: bench.folder };
  const env = { PORT: String(bench.port) };
  return explainRun({
    candidate: { ...arm, name: 'candidate', env: { ...env, ...candidateEnv } },
    reference: isCompared ? { ...arm, name: 'reference', env } : null,
    surroundings: { groups, noiseFloor, config, interrupted: new Promise(() => {}), onLeftover: () => {} },
    trials,
    seed: 1,
    notes: [],
    onProgress: () => {},
  });
}

function expectFound({ expect }: TestContext, explanation: Explanation): FoundExplanation {
  expect(explanation).toMatchObject({ status: 'explained' });
  return explanation as FoundExplanation;
}

function findBlocks(blocks: readonly ExplainedBlock[], name: string): readonly ExplainedBlock[] {
  return blocks.filter(({ stack }) => stack.some(({ functionName }) => functionName === name));
}

describe('an explanation', { timeout: TIMEOUT_MILLIS }, () => {
  it('names the function that blocked, its file and line, and how its time grew', async (context) => {
    const { expect } = context;
    const bench = await openBench(context, { 'server.mjs': PARSING_SERVER, 'catalogue.mjs': CATALOGUE });
    const run = { candidateEnv: { BLOCK_MILLIS: '25' }, isCompared: true };
    const { blocks, functions, isCompared, cost } = expectFound(context, await explain(context, bench, run));
    expect(isCompared).toBe(true);
    expect(blocks).toHaveLength(5);
    const place = { functionName: 'parseHugeCatalogue', file: 'catalogue.mjs', line: 3 };
    // On a busy machine one or the other may be something else.
    const parsing = findBlocks(blocks, place.functionName);
    expect(parsing.length).toBeGreaterThanOrEqual(3);
    for (const { durationMillis, requests, stack } of parsing) {
      expect(durationMillis).toBeGreaterThan(20);
      expect(requests).toEqual([]);
      const frame = stack.find(({ functionName }) => functionName === place.functionName);
      expect(frame).toMatchObject(place);
    }
    // The longest ones may be those in which the machine did something else.
    const millis = parsing.flatMap(({ stack }) =>
      stack.filter(({ functionName }) => functionName === place.functionName),
    );
    expect(Math.max(...millis.map((frame) => frame.millis))).toBeGreaterThan(10);
    expect(functions[0]).toMatchObject({ ...place, referenceMillisPerSecond: 0 });
    expect(functions[0]?.candidateMillisPerSecond).toBeGreaterThan(30);
    // null where the system does not tell.
    expect(cost.profiledMillisPerSecond ?? 1).toBeGreaterThan(0);
  });

  it('names the garbage collections of a block, and source files where Node.js reads source maps', async (context) => {
    const { expect } = context;
    // Its map: the first line is line 41 of the source.
    const map = { version: 3, sources: ['../src/allocate.ts'], names: [], mappings: 'AAwCA' };
    const allocate =
      'export function allocate() { const kept = []; for (let i = 0; i < 300_000; i += 1) kept.push({ i, own: [i] }); return kept; }\n' +
      `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}\n`;
    const server = writeServer(`
import { allocate } from './dist/allocate.mjs';
let kept;
setInterval(() => { kept = allocate(); }, 300);
`);
    const bench = await openBench(context, { 'server.mjs': server, 'dist/allocate.mjs': allocate });
    const run = { command: 'node --enable-source-maps server.mjs' };
    const { blocks } = expectFound(context, await explain(context, bench, run));
    const allocating = findBlocks(blocks, 'allocate');
    const collections = allocating.flatMap(({ garbageCollections }) => garbageCollections);
    expect(collections.map(({ kind }) => kind)).toContain('minor');
    expect(collections.every(({ durationMillis }) => durationMillis > 0)).toBe(true);
    expect(Math.max(...allocating.map(({ times }) => times.garbageCollectionMillis))).toBeGreaterThan(1);
    expect(allocating[0]?.stack).toContainEqual(
      expect.objectContaining({ functionName: 'allocate', file: 'src/allocate.ts', line: 41 }),
    );
  });

  it('names the export that a block prepared, and nothing of what a request holds', async (context) => {
    const { expect, onTestFinished } = context;
    const sink = await Sink.listen();
    onTestFinished(() => sink.close());
    const server = writeServer(`
const block = (millis) => { const end = performance.now() + millis; while (performance.now() < end); };
setInterval(function exportSpans() {
  block(25);
  const headers = { authorization: 'hush-hush', 'content-type': 'application/json' };
  http.request(process.env.SINK + '/v1/traces?key=hush-hush', { method: 'POST', headers }, (answer) => answer.resume())
    .end(JSON.stringify({ resourceSpans: [], hush: 'hush-hush' }));
  fetch(process.env.SINK + '/hush-hush?key=hush-hush', { headers }).then((answer) => answer.text());
}, 300);
`);
    const bench = await openBench(context, { 'server.mjs': server });
    const explanation = expectFound(context, await explain(context, bench, { candidateEnv: { SINK: sink.url } }));
    const exporting = findBlocks(explanation.blocks, 'exportSpans');
    expect(exporting.length).toBeGreaterThanOrEqual(3);
    for (const { requests, durationMillis } of exporting) {
      const exported = requests.find(({ isTelemetry }) => isTelemetry);
      expect(exported?.target).toBe('POST 127.0.0.1/v1/traces');
      expect(exported?.startMillis).toBeGreaterThan(15);
      expect(exported?.startMillis).toBeLessThan(durationMillis + 6);
    }
    expect(explanation.blocks.flatMap(({ requests }) => requests.map(({ target }) => target))).toContain(
      'GET 127.0.0.1',
    );
    expect(JSON.stringify(explanation)).not.toContain('hush');
  });

  it('is of one process where several run the script, its cost too', async (context) => {
    const { expect } = context;
    const server = writeServer(`
import cluster from 'node:cluster';
function work() { const end = performance.now() + 60; while (performance.now() < end); }
if (process.env.IS_BUSY) setInterval(work, 120);
if (cluster.isPrimary) { cluster.fork({ IS_BUSY: '1' }); cluster.fork(); cluster.fork(); await new Promise(() => {}); }
`);
    const bench = await openBench(context, { 'server.mjs': server });
    // All that is looked at is which script was judged.
    const judged = { arm: 'candidate', script: 'server.mjs', faults: [], figures: {} };
    const run = { trials: [judged as unknown as TrialRecord] };
    const { functions, isCompared, cost } = expectFound(context, await explain(context, bench, run));
    expect(isCompared).toBe(false);
    const [work] = functions;
    expect(work).toMatchObject({ functionName: 'work', file: 'server.mjs' });
    // null where the system does not tell.
    const profiledMillis = cost.profiledMillisPerSecond ?? Number.POSITIVE_INFINITY;
    expect(profiledMillis).toBeGreaterThan(0.6 * (work?.candidateMillisPerSecond ?? Number.NaN));
  });

  it('says in a line why there is none', async (context) => {
    const { expect } = context;
    const bench = await openBench(context, { 'server.mjs': PARSING_SERVER, 'catalogue.mjs': CATALOGUE });
    // As where Node.js was built without it.
    const code =
      "import i from 'node:inspector'; i.Session.prototype.connect = () => { throw new Error('no inspector'); };";
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
    expect(await explain(context, bench, { candidateEnv: env })).toEqual({
      status: 'unavailable',
      reason: 'the service could not be profiled: no inspector',
    });
    const crash = "process.env.NODE_OPTIONS.includes('profile-service') && setTimeout(() => process.exit(7), 2_000);";
    await writeFile(join(bench.folder, 'server.mjs'), PARSING_SERVER + crash);
    expect(await explain(context, bench, {})).toEqual({
      status: 'unavailable',
      reason: expect.stringContaining('the candidate ended while it was measured (exit code 7)'),
    });
  });
});

describe.concurrent('offloop gate', { timeout: TIMEOUT_MILLIS }, () => {
  const files = { 'server.mjs': PARSING_SERVER, 'catalogue.mjs': CATALOGUE };

  async function writeRegressed(bench: GateBench): Promise<void> {
    const env = { PORT: String(bench.port), BLOCK_MILLIS: '120' };
    await bench.writeConfig({ service: { command: 'node server.mjs', env, ready: { line: 'listening' } } });
  }

  it('shows where to look wherever it writes what it found', async (context) => {
    const { expect } = context;
    const bench = await openBench(context, files);
    await writeRegressed(bench);
    const outputs = ['--json', 'gate.json', '--markdown', 'gate.md', '--html', 'gate.html', '--junit', 'gate.xml'];
    const { exitCode, stdout, stderr } = await bench.start(outputs).end;
    expect(exitCode, stdout).toBe(1);
    expect(stderr).toContain('explaining: one profiled trial each, 0:03 beside the budget');
    expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/Where to look\n(.*\n)+.* ms {2}parseHugeCatalogue {2}catalogue\.mjs:3\n/);
    const { explanation, trials } = JSON.parse(await bench.readText('gate.json')) as GateResult;
    expect(trials).toHaveLength(12);
    expect(explanation?.status).toBe('explained');
    expect(await bench.readText('gate.md')).toMatch(/parseHugeCatalogue catalogue\.mjs:3/);
    expect(await bench.readText('gate.xml')).toMatch(/<failure [^<]*<!\[CDATA\[Where to look[^<]* parseHugeCatalogue /);
    expect(await bench.readText('gate.html')).toMatch(/<code>parseHugeCatalogue<\/code> catalogue\.mjs:3/);
    expect(await bench.listProcesses()).toEqual([]);
    expect(await bench.listLeftFolders()).toEqual([]);
  });

  it('keeps its verdict when it is interrupted while it explains, and leaves nothing behind', async (context) => {
    const { expect } = context;
    const bench = await openBench(context, files);
    await writeRegressed(bench);
    const { child, output, end } = bench.start();
    await expect.poll(() => output.stderr, { timeout: TIMEOUT_MILLIS }).toContain('explaining: ');
    child.kill('SIGINT');
    const { exitCode, stdout } = await end;
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('no explanation: interrupted by SIGINT');
    expect(stdout).toContain('offloop gate: regressed: ');
    await expect.poll(() => bench.listProcesses(), { timeout: TIMEOUT_MILLIS }).toEqual([]);
    expect(await bench.listLeftFolders()).toEqual([]);
  });
});
