import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findWorker } from './find-worker.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-find-worker-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('takes the file that worker.url names, whatever its name', () => {
  const path = join(folder, 'tracing worker.cjs');
  writeFileSync(path, '');
  expect(findWorker(pathToFileURL(path).href)).toEqual({ path, isStandalone: true });
});

it('takes no folder for a file', () => {
  expect(() => findWorker(pathToFileURL(folder).href)).toThrow(/^worker\.url: .*where there is no file/);
});

it('names the option where it leads nowhere, and looks nowhere else', () => {
  const { href } = pathToFileURL(join(folder, 'gone.cjs'));
  expect(() => findWorker(href)).toThrow(
    expect.objectContaining({
      code: 'ERR_OFFLOOP_WORKER',
      message: expect.stringMatching(/^worker\.url: .*gone\.cjs/),
    }),
  );
});
