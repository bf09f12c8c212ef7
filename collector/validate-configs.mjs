// Has the Collector itself say whether it takes the configurations of docs/collector.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A document's first lines say how it is run: overlays go with what they lie over. */
const COMMAND_LINES = /^(?:# otelcol(?: --config \S+\.yaml)+\n)+/;
const UNKNOWN_COMPONENT = /unknown type: "(\w+)"/;

/**
 * @returns For each command line: 'valid', 'invalid' with what the Collector said, or 'unknown' where it lacks a
 * component that was not to be had.
 */
export function validateConfigs(program, folder, leftOut) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  if (names.length === 0) throw new Error(`${folder}: expected configurations, found none`);
  return names.sort().flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const commands = COMMAND_LINES.exec(text)?.[0].trim().split('\n') ?? [];
    if (!commands.some((command) => command.includes(` ${name}`))) {
      const message = `${name}: expected '# otelcol --config ${name}' in the first line`;
      return [{ command: name, status: 'invalid', message }];
    }
    return commands.map((command) => validate(program, folder, command.replace('# ', ''), leftOut));
  });
}

function validate(program, folder, command, leftOut) {
  const args = command.split(' ').slice(1);
  const texts = args.filter((arg) => arg !== '--config').map((file) => readFileSync(join(folder, file), 'utf8'));
  const env = { ...process.env, ...exampleEnvironment(texts) };
  const { status, stdout, stderr } = spawnSync(program, ['validate', ...args], { cwd: folder, env, encoding: 'utf8' });
  const message = `${stdout}${stderr}`.trim();
  const unknown = UNKNOWN_COMPONENT.exec(message)?.[1];
  if (unknown !== undefined && isLeftOut(unknown, leftOut)) {
    return { command, status: 'unknown', message: `no '${unknown}' in this Collector: its module was not to be had` };
  }
  const isValid = status === 0 && !/deprecated/i.test(message);
  return { command, status: isValid ? 'valid' : 'invalid', message };
}

function isLeftOut(type, leftOut) {
  return leftOut.some((module) => module.includes(`/${type.replaceAll('_', '')}`));
}

/** Values for the variables that have no default. */
function exampleEnvironment(texts) {
  const names = texts.flatMap((text) => [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name));
  return Object.fromEntries(names.map((name) => [name, 'example.com:443']));
}
