import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OffloopError } from './errors.js';
import { findModule } from './module-resolution.js';

/** What a worker thread runs. */
export interface WorkerFile {
  readonly path: string;
  /** Everything in one file, piscina too: nothing needs to be installed beside it. */
  readonly isStandalone: boolean;
}

/** The one place that names the worker's file; `src/` never imports `workers/`. From `dist/src/`. */
const WORKER_PATH = '../workers/export.js';

/** What bundle-worker.mjs makes, in `dist/src/`. */
const STANDALONE_NAME = 'offloop-worker.cjs';

/** Of this file, unless a bundler made it a part of another. */
const UNBUNDLED_PATH = '/dist/src/find-worker.js';

/**
 * Finds the file of the worker: in offloop's own folder; where the service is a bundle, as the standalone file beside it;
 * else in an offloop that is installed where the service runs.
 *
 * @param url Of a standalone worker, as the user's `worker.url` says; nothing else is tried then.
 * @throws {OffloopError} `ERR_OFFLOOP_WORKER` when there is none.
 */
export function findWorker(url: string | undefined): WorkerFile {
  if (url !== undefined) {
    const path = fileURLToPath(url);
    if (isFile(path)) return { path, isStandalone: true };
    throw new OffloopError(
      'ERR_OFFLOOP_WORKER',
      `worker.url: expected a copy of offloop's ${STANDALONE_NAME}, got '${url}', where there is no file`,
    );
  }
  for (const file of listPlaces()) if (isFile(file.path)) return file;
  throw new OffloopError(
    'ERR_OFFLOOP_WORKER',
    `the worker's file was not found: offloop is part of a bundle and is not installed where it runs; copy ` +
      `node_modules/offloop/dist/src/${STANDALONE_NAME} beside the bundle, or give its file: URL as worker.url`,
  );
}

function* listPlaces(): Generator<WorkerFile> {
  // Elsewhere the same relative path may lead to a file of the service.
  if (isUnbundled()) yield { path: resolvePath(WORKER_PATH, import.meta.url), isStandalone: false };
  const asset = findAsset();
  if (asset !== undefined) yield { path: asset, isStandalone: true };
  for (const folder of listBundleFolders()) yield { path: join(folder, STANDALONE_NAME), isStandalone: true };
  const manifest = findModule('worker.url', 'offloop/package.json');
  if (manifest !== undefined) {
    yield { path: resolvePath(join('dist/src', WORKER_PATH), manifest), isStandalone: false };
  }
}

function* listBundleFolders(): Generator<string> {
  try {
    // What a CommonJS bundle has in place of import.meta.url. webpack takes `typeof` for true in an ES module, too.
    yield dirname(__filename);
  } catch {
    // An ES module.
  }
  // This file may be a chunk in a folder below the script that was started.
  if (process.argv[1] !== undefined) yield dirname(process.argv[1]);
}

/**
 * A function, because Next.js and others trace the files a service needs by reading such expressions: written out, the
 * worker's file would be taken along, and not the packages that it imports when it runs.
 */
function resolvePath(path: string, url: string): string {
  return join(dirname(fileURLToPath(url)), path);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isUnbundled(): boolean {
  const url: string | undefined = import.meta.url;
  return url?.endsWith(UNBUNDLED_PATH) ?? false;
}

/** Exactly this expression makes webpack and its kin copy the file into their output, and say here where it lies. */
function findAsset(): string | undefined {
  try {
    return fileURLToPath(new URL('./offloop-worker.cjs', import.meta.url));
  } catch {
    // A CommonJS bundle, or a URL of the web.
    return undefined;
  }
}
