import { readFile } from 'node:fs/promises';
import { type OptionEntry, readOptions } from './read-options.js';

export const OPTIONS_PAGE = 'docs/options.md';

/** Blocks of the page, and the public interface whose options each lists. */
const INTERFACES = {
  options: ['options.ts', 'WorkerSpanProcessorOptions'],
  worker: ['options.ts', 'WorkerOptions'],
  'exporter-otlp': ['exporter-options.ts', 'OtlpHttpExporterOptions'],
  'exporter-headers': ['exporter-options.ts', 'HeadersModuleOptions'],
  'exporter-module': ['exporter-options.ts', 'HostedExporterOptions'],
  hooks: ['hook-options.ts', 'HookOptions'],
  langfuse: ['langfuse/langfuse-options.ts', 'LangfuseWorkerSpanProcessorOptions'],
  register: ['register/register-config.ts', 'RegisterConfig'],
} as const;

export type OptionsBlock = keyof typeof INTERFACES;

export const OPTIONS_BLOCKS = Object.keys(INTERFACES) as OptionsBlock[];

/**
 * @param sources The package's `src/`.
 * @throws {Error} when an option's docstring lacks what the page needs.
 */
export async function listOptions(block: OptionsBlock, sources: URL): Promise<OptionEntry[]> {
  const [fileName, interfaceName] = INTERFACES[block];
  return readOptions(`src/${fileName}`, await readFile(new URL(fileName, sources), 'utf8'), interfaceName);
}

/** One of the page's tables. Columns in which no option has anything are left out. */
export function writeOptionsTable(options: readonly OptionEntry[]): string {
  const columns: readonly (readonly [title: string, write: (option: OptionEntry) => string])[] = [
    ['option', ({ name }) => `\`${name}\``],
    ['type', ({ type }) => `\`${type}\``],
    ['unit', ({ unit }) => unit],
    ['default', ({ defaultText }) => toMarkdown(defaultText ?? '(required)')],
    ['variable', ({ variables }) => variables.map((name) => `\`${name}\``).join(', ')],
    ['what', ({ text }) => toMarkdown(text)],
  ];
  const used = columns.filter(([, write]) => options.some((option) => write(option) !== ''));
  const rows = [
    used.map(([title]) => title),
    used.map(() => '---'),
    ...options.map((option) => used.map(([, write]) => write(option).replaceAll('|', '\\|'))),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Docstrings write numbers as code does, and name documents by their path from the root. */
function toMarkdown(text: string): string {
  return text.replace(/(?<=\d)_(?=\d)/g, ',').replace(/\bdocs\/([a-z-]+\.md)/g, '[$1]($1)');
}
