// A folder as a user has it, with the packed offloop and the packages that the documents name.
import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { installPackages } from '../fixtures/install-packages.js';
import { type BlockModule, listStandIns, STAND_IN } from './block-module.js';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TARBALLS = join(ROOT, '.cache', 'docs-tarball');

/** What the documents have users install; of one line of the SDK, that Node 20 and Langfuse take. */
export const PACKAGES: Readonly<Record<string, string>> = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/instrumentation-http': '0.223.0',
  '@opentelemetry/sdk-node': '0.223.0',
  '@langfuse/core': '5.11.1',
  '@langfuse/otel': '5.11.1',
  '@langfuse/tracing': '5.11.1',
};

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  // Examples name parameters whose types only their reader knows.
  noImplicitAny: false,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
  types: ['node'],
};

/** Packs the built package and installs it with {@link PACKAGES}. @returns the folder */
export async function installDocsFolder(): Promise<string> {
  mkdirSync(TARBALLS, { recursive: true });
  const args = ['pack', ROOT, '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', TARBALLS];
  const { stdout } = await run('npm', args, { maxBuffer: 16 * 1024 * 1024 });
  const [{ filename, shasum }] = Object.values(JSON.parse(stdout)) as [{ filename: string; shasum: string }];
  const tarball = join(TARBALLS, `offloop-${shasum}.tgz`);
  renameSync(join(TARBALLS, filename), tarball);
  return installPackages('docs-blocks', { ...PACKAGES, offloop: `file:${tarball}` });
}

/** Stands in the documents for the reader's receiver. */
const DOCUMENTED_RECEIVER = 'https://otel.example';

/**
 * Writes the blocks and compiles them.
 *
 * @param receiverUrl takes the place of the receiver that the documents name
 * @returns the folder with the programs, and what the compiler has against them, by page and line.
 */
export function compile(
  folder: string,
  modules: readonly BlockModule[],
  receiverUrl: string,
): { programs: string; problems: string[] } {
  const sources = join(folder, 'blocks');
  const programs = join(folder, 'programs');
  for (const path of [sources, programs]) rmSync(path, { recursive: true, force: true });
  const standIns = listStandIns(modules).map((path) => ({ path, source: STAND_IN }));
  for (const { path, source } of [...modules, ...standIns]) write(join(sources, path), source);
  for (const path of [sources, programs]) write(join(path, 'package.json'), '{ "type": "module" }');
  const files = [...modules, ...standIns].map(({ path }) => join(sources, path));
  const program = ts.createProgram(files, { ...OPTIONS, rootDir: sources, outDir: programs });
  const diagnostics = ts.getPreEmitDiagnostics(program);
  program.emit(undefined, (file, text) => write(file, text.replaceAll(DOCUMENTED_RECEIVER, receiverUrl)));
  return { programs, problems: diagnostics.map((diagnostic) => describe(diagnostic, sources, modules)) };
}

function describe({ file, start = 0, messageText }: ts.Diagnostic, sources: string, modules: readonly BlockModule[]) {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  const block = modules.find(({ path }) => file?.fileName === join(sources, path))?.block;
  if (file === undefined || block === undefined) return message;
  return `${block.page}:${block.line + file.getLineAndCharacterOfPosition(start).line}: ${message}`;
}

export function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
