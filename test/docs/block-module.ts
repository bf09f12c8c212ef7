// A code block of a document as a module that can be compiled and run.
import type { CodeBlock } from './code-blocks.js';

/** What a page takes for granted: the name, and the line that makes it. */
const GRANTED: Readonly<Record<string, string>> = {
  WorkerSpanProcessor: "import { WorkerSpanProcessor } from 'offloop';",
  LangfuseWorkerSpanProcessor: "import { LangfuseWorkerSpanProcessor } from 'offloop/langfuse';",
  copyFileSync: "import { copyFileSync } from 'node:fs';",
  NodeSDK: "import { NodeSDK } from '@opentelemetry/sdk-node';",
  key: "const key = 'KEY';",
  url: "const url = 'https://otel.example/v1/traces';",
  meterProvider:
    "import { MeterProvider } from '@opentelemetry/sdk-metrics'; const meterProvider = new MeterProvider();",
  callModel: 'const callModel = async (messages) => messages;',
};

/** `// tracing.ts`, perhaps with more behind a colon, as a block's first line. */
const NAME = /^\/\/ ([\w.-]+\.(?:ts|m?js))(?::|$)/;
const LOCAL_FILE = /new URL\('\.\/([\w-]+\.m?js)', import\.meta\.url\)/g;
/** Options without what takes them. */
const OPTIONS = /^[a-z]\w*: \{/;

export interface BlockModule {
  readonly block: CodeBlock;
  /** The page's own folder and the file: `docs-options/token-headers.mjs`. */
  readonly path: string;
  readonly source: string;
  /** It starts an SDK: a span made after it must arrive. */
  readonly isProgram: boolean;
}

export function toModule(block: CodeBlock): BlockModule {
  const { page, line, language, text } = block;
  const name = NAME.exec(text.split('\n', 1)[0] ?? '')?.[1] ?? `line-${line}.${language === 'js' ? 'js' : 'ts'}`;
  const code =
    language === 'diff' ? takeAdded(text) : OPTIONS.test(text) ? `new WorkerSpanProcessor({ ${text} });` : text;
  const granted = Object.entries(GRANTED)
    .filter(([granted]) => new RegExp(`\\b${granted}\\b`).test(code) && !isDeclared(granted, code))
    .map(([, declaration]) => declaration);
  return {
    block,
    path: `${toFolder(page)}/${name}`,
    // On the first line, so that lines keep their numbers.
    source: `${granted.join(' ')} ${code}\nexport {};\n`,
    isProgram: code.includes('.start()'),
  };
}

/** What a diff leads to, line for line. */
function takeAdded(diff: string): string {
  return diff
    .split('\n')
    .map((line) => (line.startsWith('-') ? '' : line.slice(1)))
    .join('\n');
}

/** Files that a page's blocks name and none of them is, by their path: a hook that changes nothing. */
export function listStandIns(modules: readonly BlockModule[]): string[] {
  const paths = modules.flatMap(({ block, source }) =>
    [...source.matchAll(LOCAL_FILE)].map(([, name]) => `${toFolder(block.page)}/${name}`),
  );
  return [...new Set(paths)].filter((path) => !modules.some((module) => module.path === path));
}

export const STAND_IN = 'export const mask = ({ value }) => value;\nexport default ({ data }) => data;\n';

function toFolder(page: string): string {
  return page.replace(/\.md$/, '').replaceAll(/[/\\.]/g, '-');
}

function isDeclared(name: string, code: string): boolean {
  return new RegExp(`(?:const|let|function|class) ${name}\\b|import [^;]*\\b${name}\\b[^;]* from`).test(code);
}
