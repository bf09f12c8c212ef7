import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { loadGateConfig } from '../src/gate/config/load-config.js';
import { type BlockModule, toModule } from './docs/block-module.js';
import { findBlocks, listPages, readBlocks } from './docs/code-blocks.js';
import { compile, installDocsFolder, write } from './docs/docs-folder.js';
import { checkCommand, listCommands, listGateCommands } from './docs/shell-commands.js';
import { INSTALL_TIMEOUT_MILLIS } from './fixtures/install-packages.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PROGRAM_TIMEOUT_MILLIS = 25_000;

/** Imports blocks one after the other, makes a span by the name of its first argument, and ends. */
const RUN_BLOCKS = `
import { pathToFileURL } from 'node:url';
import { trace } from '@opentelemetry/api';
const [, , spanName, ...files] = process.argv;
for (const file of files) await import(pathToFileURL(file).href);
trace.getTracer('docs').startSpan(spanName).end();
await trace.getTracerProvider().getDelegate?.().forceFlush?.();
process.exit();
`;

const blocks = readBlocks(ROOT, listPages(ROOT));
const executed = blocks.filter(({ notExecuted }) => notExecuted === undefined);
const modules = executed.filter(({ language }) => ['ts', 'js', 'diff'].includes(language)).map(toModule);
/** Of the gate. */
const configs = executed.filter(({ language }) => language === 'json');
const programs = modules.filter(({ isProgram }) => isProgram);
const fragments = modules.filter(({ isProgram }) => !isProgram);
const pagesWithFragments = [...new Set(fragments.map(({ block }) => block.page))];
const commands = executed
  .filter(({ language }) => language === 'sh' || language === 'yaml')
  .flatMap(({ page, text, language }) =>
    (language === 'sh' ? listCommands(text) : listGateCommands(text)).map((command) => ({ page, command })),
  );
/** Figures have none. */
const LANGUAGES = ['', 'ts', 'js', 'diff', 'json', 'sh', 'yaml'];

/** Sends a span for its mask and one for its filter through the module that is its argument. */
const RUN_HOOKS = `
import { pathToFileURL } from 'node:url';
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { WorkerSpanProcessor } from 'offloop';
const processor = new WorkerSpanProcessor({ hooks: { module: pathToFileURL(process.argv[2]) } });
new NodeSDK({ spanProcessors: [processor] }).start();
const tracer = trace.getTracer('docs');
tracer.startSpan('masked', { attributes: { text: 'to me@example.com' } }).end();
tracer.startSpan('filtered', { attributes: { 'url.path': '/health' } }).end();
await processor.forceFlush();
process.exit();
`;

let sink: Sink;
let folder: string;
let built: ReturnType<typeof compile>;

beforeAll(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 1_000 });
  folder = await installDocsFolder();
  built = compile(folder, modules, sink.url);
  write(join(built.programs, 'run-blocks.js'), RUN_BLOCKS);
  write(join(built.programs, 'run-hooks.js'), RUN_HOOKS);
  // Where the blocks of a page about bundles put what they copy, and where one looks for it.
  mkdirSync(join(folder, 'dist'), { recursive: true });
  const worker = join(folder, 'node_modules', 'offloop', 'dist', 'src', 'offloop-worker.cjs');
  cpSync(worker, join(built.programs, 'docs-bundlers', 'lib', 'tracing-worker.cjs'));
}, INSTALL_TIMEOUT_MILLIS);

afterAll(() => sink.close());

/** From the user's folder. @throws when it does not end by exit code 0. */
async function run(...args: readonly string[]) {
  return promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
      LANGFUSE_BASE_URL: sink.url,
      LANGFUSE_PUBLIC_KEY: 'pk',
      LANGFUSE_SECRET_KEY: 'sk',
    },
    timeout: PROGRAM_TIMEOUT_MILLIS,
    killSignal: 'SIGKILL',
  });
}

function runBlocks(spanName: string, these: readonly BlockModule[]) {
  return run(join(built.programs, 'run-blocks.js'), spanName, ...these.map(toProgramFile));
}

function toProgramFile({ path }: BlockModule): string {
  return join(built.programs, path.replace(/\.ts$/, '.js'));
}

async function countSpans(name: string): Promise<number> {
  return (await sink.report()).spans.countByName[name] ?? 0;
}

describe('the code blocks of the documents', () => {
  it("compile against the package's types", () => {
    expect(built.problems).toEqual([]);
  });

  it.each(programs)('$block.page:$block.line sends a span', async (program) => {
    const name = `${program.block.page}:${program.block.line}`;
    await runBlocks(name, [program]);
    expect(await countSpans(name)).toBe(1);
  });

  it.each(pagesWithFragments)('%s has fragments that run', async (page) => {
    const { stderr } = await runBlocks(
      page,
      fragments.filter(({ block }) => block.page === page),
    );
    expect(stderr).toBe('');
  });

  it('have a mask and a filter that do what their page says', async () => {
    const hooks = modules.find(({ path }) => path === 'docs-getting-started/mask.mjs');
    const file = toProgramFile(hooks ?? expect.fail('docs/getting-started.md has no mask.mjs'));
    await run(join(built.programs, 'run-hooks.js'), file);
    const masked = (await sink.spans()).find(({ name }) => name === 'masked');
    expect(masked?.attributes).toContainEqual({ key: 'text', value: { stringValue: 'to <e-mail>' } });
    expect(await countSpans('filtered')).toBe(0);
  });

  it.each(configs)('$page:$line is a config that the gate takes', async ({ page, line, text }) => {
    const configFile = join(folder, `${page.replaceAll(/\W/g, '-')}-${line}.json`);
    writeFileSync(configFile, text);
    await expect(loadGateConfig({ configFile, settings: [] })).resolves.toMatchObject({ service: {} });
  });

  it('have a first program that says what the page says it does', async () => {
    const app = modules.find(({ path }) => path === 'docs-getting-started/app.mjs');
    const before = await countSpans('checkout');
    const { stdout } = await run(toProgramFile(app ?? expect.fail('docs/getting-started.md has no app.mjs')));
    expect(stdout).toBe('1\n');
    expect(await countSpans('checkout')).toBe(before + 1);
  });

  it.each(commands)('$page: $command', async ({ command }) => {
    expect(await checkCommand(command, ROOT)).toBeUndefined();
  });

  it('are all executed, but for those that say why not', () => {
    const reasons = blocks.flatMap(({ page, notExecuted }) => (notExecuted === undefined ? [] : [page]));
    expect(reasons).toEqual(['docs/gate.md', 'docs/gate.md']);
    expect(blocks.filter(({ language }) => !LANGUAGES.includes(language))).toEqual([]);
  });
});

describe('a code block', () => {
  it('is found with its line, its language, and why it is not executed', () => {
    const markdown = 'a\n\n```ts\nlet a;\n```\n\n<!-- not executed: needs an account -->\n\n```\nnpm start\n```\n';
    expect(findBlocks('a.md', markdown)).toEqual([
      { page: 'a.md', line: 4, language: 'ts', text: 'let a;' },
      { page: 'a.md', line: 10, language: 'sh', text: 'npm start', notExecuted: 'needs an account' },
    ]);
    expect(() => findBlocks('a.md', '```ts\nlet a;\n')).toThrow('a.md:1: expected an end of the code block');
  });

  it('is refused when it names a command, a script or an option that is not there', async () => {
    expect(await checkCommand('npx offloop sing', ROOT)).toContain("--help' to succeed");
    expect(await checkCommand('npx offloop sink --deep 3', ROOT)).toContain("got '--deep'");
    expect(await checkCommand('npm run nothing', ROOT)).toContain("got 'nothing'");
    expect(await checkCommand('npm install left-pad', ROOT)).toContain("got 'left-pad'");
    expect(await checkCommand('node nowhere.mjs', ROOT)).toContain("got 'nowhere.mjs'");
    expect(await checkCommand('node --import offloop/nothing app.js', ROOT)).toContain("got 'nothing'");
    expect(await checkCommand('export SECRET=1', ROOT)).toContain('expected a variable');
    expect(await checkCommand('rm -rf dist', ROOT)).toContain("got 'rm'");
  });
});
