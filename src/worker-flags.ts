import { existsSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Of Node, for what a worker does with sockets, certificates, names and modules. No other flag may come along. */
const CARRIED =
  /^--(?:use-system-ca|use-env-proxy|tls-(?:min|max)-v1\.\d|tls-keylog|dns-result-order|(?:no-)?network-family-autoselection|network-family-autoselection-attempt-timeout|max-http-header-size|insecure-http-parser|conditions)$/;

/** Of these the value may be an argument of its own. */
const WITH_VALUE =
  /^--(?:tls-keylog|dns-result-order|network-family-autoselection-attempt-timeout|max-http-header-size|conditions|require|experimental-loader|loader|import)$/;

const ALIASES: Readonly<Record<string, string>> = {
  '-C': '--conditions',
  '-r': '--require',
  '--loader': '--experimental-loader',
  '--enable-network-family-autoselection': '--network-family-autoselection',
};

/** Yarn's: without it nothing that is installed is found, and a worker inherits it by these flags only. */
const PNP_LOADER = /^--(?:require|experimental-loader)=.*[/\\]\.pnp\.(?:cjs|loader\.mjs)$/;

const ESM_LOADER_NAME = '.pnp.loader.mjs';

/**
 * What a worker is to be started with, of the flags of the process: an allow-list, because a preload that registers tracing
 * would load itself in the worker, for ever. Flags that Node keeps per process (`--use-openssl-ca`, `--tls-cipher-list`) hold in
 * the worker without this, which Node would refuse to start with them.
 */
export function listWorkerFlags(
  execArgv: readonly string[] = process.execArgv,
  nodeOptions = process.env['NODE_OPTIONS'] ?? '',
  isPnp = process.versions['pnp'] !== undefined,
  findPnp = findPnpFile,
): string[] {
  // In Node's own order: the command line has the last word.
  const flags = [...readFlags(splitNodeOptions(nodeOptions)), ...readFlags(execArgv)];
  const carried = flags.filter((flag) => CARRIED.test(flag.replace(/=.*/s, '')));
  if (!isPnp) return carried;
  const loaders = flags.filter((flag) => PNP_LOADER.test(flag));
  return [...carried, ...(loaders.length > 0 ? loaders : listLoaders(findPnp()))];
}

/** For a program that has set Plug'n'Play up in code: no flag tells of it. */
function listLoaders(pnpFile: string | undefined): string[] {
  if (pnpFile === undefined) return [];
  const esmLoader = join(dirname(pnpFile), ESM_LOADER_NAME);
  return [
    `--require=${pnpFile}`,
    ...(existsSync(esmLoader) ? [`--experimental-loader=${pathToFileURL(esmLoader).href}`] : []),
  ];
}

/** By the name that Yarn's own documentation gives for it. */
function findPnpFile(): string | undefined {
  try {
    return Module.createRequire(import.meta.url).resolve('pnpapi');
  } catch {
    // A bundle, which needs nothing of what is installed.
    return undefined;
  }
}

/** Each as one word with its value, under its own name. */
function readFlags(words: readonly string[]): string[] {
  const flags: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const [, written = '', value] = /^([^=]*)(=.*)?$/s.exec(words[index] ?? '') ?? [];
    const dashed = written.startsWith('--') ? `--${written.slice(2).replaceAll('_', '-')}` : written;
    const name = ALIASES[dashed] ?? dashed;
    if (value === undefined && WITH_VALUE.test(name)) flags.push(`${name}=${words[++index] ?? ''}`);
    else flags.push(`${name}${value ?? ''}`);
  }
  return flags;
}

/** As Node does: at spaces, but for those in double quotes, where a backslash takes the next character as it is. */
function splitNodeOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^ "])+/gs) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/gs, (_, quoted: string) => quoted.replace(/\\(.)/gs, '$1')),
  );
}
