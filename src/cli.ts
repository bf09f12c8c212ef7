#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** A command's module, beside the package's own code, and its entry: takes the arguments, resolves to the exit code. */
interface Command {
  readonly summary: string;
  readonly moduleUrl: URL;
  readonly entry: string;
}

type RunCommand = (args: string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  sink: {
    summary: 'receive OTLP over HTTP, decode it and count the spans',
    moduleUrl: new URL('../experiments/sink/cli.js', import.meta.url),
    entry: 'runSink',
  },
  probe: {
    summary: 'run a Node.js program and measure how long its event loops keep requests waiting',
    moduleUrl: new URL('./probe/cli.js', import.meta.url),
    entry: 'runProbe',
  },
  gate: {
    summary:
      'compare a service with an earlier version of it, and fail when its event loop keeps requests waiting longer',
    moduleUrl: new URL('./gate/cli.js', import.meta.url),
    entry: 'runGateCommand',
  },
  report: {
    summary: "write a run's figures as one HTML page",
    moduleUrl: new URL('../experiments/report/cli.js', import.meta.url),
    entry: 'runReport',
  },
};

const USAGE = `offloop <command> [options]

Commands:
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

  offloop <command> --help    the options of a command
  offloop --version
`;

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  // To the gate 1 means a regression.
  const brokenCode = name === 'gate' ? 2 : 1;
  const { version, engines } = readManifest();
  const needed = engines.node.replace('>=', '');
  if (process.versions.node.localeCompare(needed, undefined, { numeric: true }) < 0) {
    process.stderr.write(
      `offloop needs Node ${needed} or newer, this is ${process.versions.node}; install a newer Node (https://nodejs.org)\n`,
    );
    return brokenCode;
  }
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
    return name === undefined ? 1 : 0;
  }
  if (name === '--version') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    process.stderr.write(
      `offloop: unknown command '${name}'; expected one of ${Object.keys(COMMANDS).join(', ')} (see offloop --help)\n`,
    );
    return 1;
  }
  let run: RunCommand;
  try {
    run = await loadCommand(command);
  } catch (error) {
    const [problem] = String(error).split('\n', 1);
    process.stderr.write(`offloop ${name}: it can't be loaded; install offloop again (${problem})\n`);
    return brokenCode;
  }
  return run(args);
}

/** @throws whatever a damaged install comes to. */
async function loadCommand({ moduleUrl, entry }: Command): Promise<RunCommand> {
  const module = (await import(moduleUrl.href)) as Record<string, RunCommand>;
  const run = module[entry];
  if (run === undefined) throw new TypeError(`${moduleUrl.href} exports no ${entry}`);
  return run;
}

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
}
