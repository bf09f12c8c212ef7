// What a shell's code block names must exist.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGES } from './docs-folder.js';

const run = promisify(execFile);

/** Installed by another test, for its size. */
const INSTALLED_ELSEWHERE = ['@opentelemetry/auto-instrumentations-node'];
/** Programs of the reader's. */
const READERS_FILES = ['app.js', 'app.mjs'];
const NPM_COMMANDS = ['start', 'test', 'ls'];

/** A block's commands, without comments and what is set before them. */
export function listCommands(text: string): string[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** What a CI's file has `offloop gate` do: in a script, or as arguments of the action. */
export function listGateCommands(yaml: string): string[] {
  return yaml.split('\n').flatMap((line) => {
    const words = /(?:\.bin\/offloop gate|^ +arguments:) (.*)$/.exec(line)?.[1];
    return words === undefined ? [] : [`npx offloop gate ${words.replace(/\$\{\{.*?\}\}/g, 'X')}`];
  });
}

/** @returns what is wrong with a command, if anything. */
export async function checkCommand(command: string, root: string): Promise<string | undefined> {
  if (command.startsWith('export ')) return checkVariable(command);
  const preload = /^NODE_OPTIONS='([^']+)' (.+)$/.exec(command);
  if (preload !== null) return (await checkNode(preload[1] ?? '', root)) ?? checkCommand(preload[2] ?? '', root);
  const [program, ...words] = command.split(/\s+/);
  switch (program) {
    case 'npm':
      return checkNpm(words, root);
    case 'npx':
      return checkNpx(words, root);
    case 'node':
      return checkNode(words.join(' '), root);
    default:
      return `expected npm, npx, node or export, got '${program}'`;
  }
}

function checkVariable(command: string): string | undefined {
  return /^export OTEL_(?:EXPORTER_OTLP|BSP)_[A-Z_]+=\S+$/.test(command) ? undefined : 'expected a variable of the SDK';
}

async function checkNpm([command = '', ...words]: readonly string[], root: string): Promise<string | undefined> {
  if (command === 'install') {
    const known = ['offloop', ...Object.keys(PACKAGES), ...INSTALLED_ELSEWHERE];
    const stranger = words.find((word) => !known.some((name) => word === name || word.startsWith(`${name}@`)));
    return stranger && `expected a package that a test installs, got '${stranger}'`;
  }
  if (command !== 'run')
    return NPM_COMMANDS.includes(command) ? undefined : `expected a known command, got '${command}'`;
  const [script = '', ...args] = words;
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const line = scripts[script];
  if (line === undefined) return `expected a script of package.json, got '${script}'`;
  const file = /node (dist\/\S+)$/.exec(line)?.[1];
  if (args.length === 0 || file === undefined) return undefined;
  return checkFlags([join(root, file)], args);
}

async function checkNpx([name, ...args]: readonly string[], root: string): Promise<string | undefined> {
  if (name !== 'offloop') return `expected offloop, got '${name}'`;
  const [command = '', ...others] = args;
  const cli = join(root, 'dist', 'src', 'cli.js');
  if (command.startsWith('--')) return checkFlags([cli], [command]);
  const end = others.indexOf('--');
  return checkFlags([cli, command], end === -1 ? others : others.slice(0, end));
}

async function checkNode(args: string, root: string): Promise<string | undefined> {
  const preload = /--(?:import|require) offloop\/(\S+)/.exec(args);
  if (preload !== null) {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
    if (!(`./${preload[1]}` in exports)) return `expected an export of the package, got '${preload[1]}'`;
  }
  const file = args.split(/\s+/).find((word) => /\.m?js$/.test(word));
  if (file === undefined || READERS_FILES.includes(file) || existsSync(join(root, file))) return undefined;
  return `expected a file of the project, got '${file}'`;
}

/** Of a command that is there, its help must have every option. */
async function checkFlags(command: readonly string[], args: readonly string[]): Promise<string | undefined> {
  const help = await run(process.execPath, [...command, '--help']).catch((error: Error) => error);
  if (help instanceof Error) return `expected '${command.join(' ')} --help' to succeed: ${help.message}`;
  const missing = args.find(
    (word) => /^--\w/.test(word) && word !== '--help' && !help.stdout.includes(word.replace(/=.*/, '')),
  );
  return missing && `expected an option that --help tells of, got '${missing}'`;
}
