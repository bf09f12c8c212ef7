// Writes what a bundler made, with the licenses of what is in it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param output of rolldown's `generate`: one file. */
export function writeBundle(file, output) {
  if (output.length !== 1)
    throw new Error(`expected one file, got ${output.map(({ fileName }) => fileName).join(', ')}`);
  const [{ code, moduleIds }] = output;
  writeFileSync(file, `${formatLicenses(moduleIds)}${code}`);
}

/** Of the packages in it: they ask to go wherever the code goes; a text that several share is written once. */
function formatLicenses(moduleIds) {
  const folders = moduleIds.flatMap((id) => /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id)?.[0] ?? []);
  const namesByText = new Map();
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name}: expected a license file`);
    const text = readFileSync(join(folder, file), 'utf8').trim();
    namesByText.set(text, [...(namesByText.get(text) ?? []), `${name} ${version}`]);
  }
  return [...namesByText].map(([text, names]) => `/*!\n${names.join('\n')}\n\n${text}\n*/\n`).join('');
}
