import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { INSTALL_TIMEOUT_MILLIS, installPackages } from './fixtures/install-packages.js';
import { ProgramFolder } from './fixtures/program-folder.js';

const run = promisify(execFile);

const PROGRAM = {
  'package.json': JSON.stringify({
    name: 'program',
    private: true,
    type: 'module',
    dependencies: {
      offloop: 'file:./offloop',
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/sdk-trace-base': '2.12.1',
    },
  }),
  'yarn.lock': '',
  '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\nenableImmutableInstalls: false\n',
  'app.js': `
    import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
    import { WorkerSpanProcessor } from 'offloop';
    const processor = new WorkerSpanProcessor();
    new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('app').startSpan('work').end();
    await processor.shutdown();`,
  'set-up.cjs': `
    require('./.pnp.cjs').setup();
    require('node:module').register('./.pnp.loader.mjs', require('node:url').pathToFileURL(__filename));
    import('./app.js');`,
};
const LOADERS = ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs'];

let folder: ProgramFolder;

beforeAll(async () => {
  const installed = await installPackages('yarn', { '@yarnpkg/cli-dist': '4.18.1' });
  const yarn = join(installed, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');
  folder = new ProgramFolder([]).write(PROGRAM);
  cpSync(join(folder.path, 'node_modules', 'offloop'), join(folder.path, 'offloop'), { recursive: true });
  rmSync(join(folder.path, 'node_modules'), { recursive: true });
  const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
  await run(process.execPath, [yarn, 'install'], {
    cwd: folder.path,
    env: { ...process.env, YARN_NPM_REGISTRY_SERVER: registry, YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname },
  });
}, INSTALL_TIMEOUT_MILLIS);

afterAll(() => folder.remove());

it.each<[where: string, file: string, execArgv: string[], nodeOptions: string]>([
  ['on the command line', 'app.js', LOADERS, ''],
  ['in NODE_OPTIONS', 'app.js', [], LOADERS.join(' ')],
  ['in code', 'set-up.cjs', [], ''],
])("Yarn's Plug'n'Play, set up %s, finds what the worker needs", async (_, file, execArgv, nodeOptions) => {
  const sink = await Sink.listen({ port: 0 });
  const { exitCode, stdout } = await folder.run(file, {
    execArgv,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, NODE_OPTIONS: nodeOptions },
  });
  const { spans } = await sink.report();
  await sink.close();
  expect({ exitCode, stdout, spanCount: spans.receivedCount }).toEqual({ exitCode: 0, stdout: '', spanCount: 1 });
});
