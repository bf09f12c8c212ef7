import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeSpans } from './arbitraries/encode-spans.js';
import { createSpan } from './arbitraries/plain-span.js';

const HOSTED_EXPORTER = new URL('../dist/workers/hosted-exporter.js', import.meta.url);

const EXPORTER = 'class OwnExporter { export(spans, done) { done({ code: 0 }); } async shutdown() {} }';

const [chunk = new Uint8Array()] = encodeSpans([createSpan()]);
const CHUNK = Buffer.from(chunk).toString('base64');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-hosted-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

// In a Node of its own: vitest's import() unwraps CommonJS by itself.
it.each([
  ['an ES module', 'own.mjs', `export default ${EXPORTER}`, 'default'],
  ['a named export', 'own.mjs', `export ${EXPORTER}`, 'OwnExporter'],
  ['CommonJS', 'own.cjs', `module.exports = ${EXPORTER}`, 'default'],
  ['a named export of CommonJS', 'own.cjs', `${EXPORTER}\nmodule.exports = { OwnExporter }`, 'OwnExporter'],
  [
    'an ES module compiled to CommonJS',
    'own.cjs',
    `Object.defineProperty(exports, '__esModule', { value: true });\n${EXPORTER}\nexports.default = OwnExporter;`,
    'default',
  ],
])('an exporter is found in %s', (_, file, source, exportName) => {
  writeFileSync(join(folder, file), source);
  const settings = {
    type: 'hosted',
    module: pathToFileURL(join(folder, file)).href,
    exportName,
    options: {},
    maxConcurrentExports: 1,
  };
  const script = `
    const { HostedExporter } = await import(${JSON.stringify(HOSTED_EXPORTER.href)});
    const hosted = new HostedExporter(${JSON.stringify(settings)}, 30_000);
    const outcome = await hosted.export(Uint8Array.from(Buffer.from(${JSON.stringify(CHUNK)}, 'base64')), 1, 5_000);
    console.log(JSON.stringify(outcome));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ status: 'success', exportedSpanCount: 1 });
});
