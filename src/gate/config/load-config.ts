import { readFile } from 'node:fs/promises';
import { OffloopConfigError } from '../../errors.js';
import type { GateArguments } from '../gate-arguments.js';
import { GateError } from '../gate-error.js';
import { takeOutOthers } from './exclusive-keys.js';
import type { GateConfig } from './gate-config.js';
import { parseGateConfig } from './parse-config.js';
import { parseJson } from './parse-json.js';

const DEFAULT_FILE = 'offloop.gate.json';

/**
 * What the file says, with what the command line says over it and in the place of what that excludes.
 *
 * @throws {GateError} where the file can't be read or holds what can't work; the message names the key.
 */
export async function loadGateConfig({
  configFile,
  settings,
}: Pick<GateArguments, 'configFile' | 'settings'>): Promise<GateConfig> {
  const written = await readConfigFile(configFile, settings.length > 0);
  try {
    const rest = takeOutOthers(
      written,
      settings.map(([path]) => path),
    );
    return parseGateConfig(settings.reduce((config, [path, value]) => setKey(config, path.split('.'), value), rest));
  } catch (error) {
    if (!(error instanceof OffloopConfigError)) throw error;
    throw new GateError(`config: ${error.message}`, { cause: error });
  }
}

/** @param isOptional whether flags may say it all. */
async function readConfigFile(configFile: string | null, isOptional: boolean): Promise<unknown> {
  const file = configFile ?? DEFAULT_FILE;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && configFile === null && isOptional) return {};
    throw new GateError(
      code === 'ENOENT'
        ? `expected a config in ${file}, found none; write one, name another with --config, or see offloop gate --help`
        : `${file} can't be read: ${message}`,
      { cause: error },
    );
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new GateError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function setKey(config: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  const fields = typeof config === 'object' && config !== null && !Array.isArray(config) ? config : {};
  const own = Object.hasOwn(fields, name) ? (fields as Record<string, unknown>)[name] : undefined;
  return { ...fields, [name]: rest.length === 0 ? value : setKey(own, rest, value) };
}
