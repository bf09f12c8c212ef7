import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HookSettings } from '../../src/protocol.js';

/** What compilers put first into a CommonJS file that was an ES module. */
const COMPILED = '"use strict"; Object.defineProperty(exports, "__esModule", { value: true });';

/** Vitest's own import() unwraps what a compiled module exports, so the built file is run where it is none. */
const MASK_ONE_VALUE = `
  const { parentPort, workerData: { built, settings } } = require('node:worker_threads');
  import(built)
    .then(({ loadHooks }) => loadHooks(settings))
    .then((hooks) => hooks.mask({ key: 'a', value: 'text', span: {} }))
    .catch((error) => error.message)
    .then((answer) => parentPort.postMessage(answer));
`;

let folder: string;
let fileCount = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-hooks-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Each file has a name of its own, since modules stay loaded. */
function writeModule(extension: string, text: string): string {
  const file = join(folder, `${fileCount++}.${extension}`);
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

/** What the mask answers, or why there is none. */
function mask(style: HookSettings['style'], exportName: string | null, module: string): Promise<unknown> {
  const settings: HookSettings = {
    style,
    exportName,
    module,
    maskKeys: null,
    maskTimeoutMillis: 1_000,
    placeholder: '<placeholder>',
  };
  const built = new URL('../../dist/workers/hooks/span-hooks.js', import.meta.url).href;
  return new Promise((resolve, reject) => {
    const worker = new Worker(MASK_ONE_VALUE, { eval: true, execArgv: [], workerData: { built, settings } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

test.each<[string, string | null, string, string]>([
  ['an ES module', 'default', 'mjs', 'export default ({ data }) => "masked " + data;'],
  ['a CommonJS function', 'default', 'cjs', 'module.exports = ({ data }) => "masked " + data;'],
  ['a compiled default export', 'default', 'cjs', `${COMPILED} exports.default = ({ data }) => "masked " + data;`],
  ['a compiled default, unnamed', null, 'cjs', `${COMPILED} exports.default = ({ data }) => "masked " + data;`],
  ['a compiled named export', 'mask', 'cjs', `${COMPILED} exports.mask = ({ data }) => "masked " + data;`],
  ['one that hides its name', 'mask', 'cjs', `${COMPILED} exports["ma" + "sk"] = ({ data }) => "masked " + data;`],
  [
    'one whose mark is on the function itself',
    'default',
    'cjs',
    'module.exports = ({ data }) => "masked " + data; module.exports.__esModule = true;',
  ],
])("a mask in Langfuse's style is found in %s", async (_, exportName, extension, text) => {
  expect(await mask('langfuse', exportName, writeModule(extension, text))).toBe('masked text');
});

const BODY = 'mask: ({ value }) => "masked " + value';

test.each<[string, string | null, string, string]>([
  ['an ES module', 'default', 'mjs', `export default { ${BODY} };`],
  ['a CommonJS object', null, 'cjs', `module.exports = { ${BODY} };`],
  ['a compiled default export', null, 'cjs', `${COMPILED} exports.default = { ${BODY} };`],
  ['a compiled default export, named', 'default', 'cjs', `${COMPILED} exports.default = { ${BODY} };`],
  ['compiled exports', null, 'cjs', `${COMPILED} exports.mask = ({ value }) => "masked " + value;`],
  ['a compiled named export', 'hooks', 'cjs', `${COMPILED} exports.hooks = { ${BODY} };`],
])('hooks are found in %s', async (_, exportName, extension, text) => {
  expect(await mask('offloop', exportName, writeModule(extension, text))).toBe('masked text');
});

test('a compiled module without the export says what it got', async () => {
  const module = writeModule('cjs', `${COMPILED} exports.other = 1;`);
  expect(await mask('langfuse', 'default', module)).toContain("expected a function named 'default'");
  expect(await mask('offloop', null, module)).toContain('found neither');
});
