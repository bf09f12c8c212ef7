import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WorkerSettings } from './protocol.js';
import { WorkerThread } from './worker-thread.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-worker-thread-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['service.cjs', 'exports.handler = () => {};', 'which is another module'],
  ['broken.cjs', "require('./gone.cjs');", 'which could not be loaded'],
])('starts no thread of a file that is no worker of ours, and names the option (%s)', (name, source, why) => {
  const path = join(folder, name);
  writeFileSync(path, source);
  const options = { settings: {} as WorkerSettings, url: pathToFileURL(path).href, maxOldGenerationSizeMb: undefined };
  const listener = { onReplies: vi.fn(), onDeath: vi.fn() };
  expect(() => new WorkerThread(options, listener)).toThrow(
    new RegExp(`^worker\\.url: expected a copy of .*${name}', ${why}`),
  );
});
