// Installs offloop as npm would publish it, with what a fixture's own lockfile names.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Not below node_modules, where Next.js would not compile TypeScript. */
const CACHE = join(ROOT, '.cache', 'fixtures');

/**
 * Packs the package as it is built now.
 *
 * @returns the tarball's path, which changes with its contents.
 */
export async function packOffloop() {
  mkdirSync(CACHE, { recursive: true });
  const stdout = await runNpm(['pack', ROOT, '--ignore-scripts', '--json', '--pack-destination', CACHE], CACHE);
  const [{ filename, integrity, files }] = Object.values(JSON.parse(stdout));
  if (!files.some(({ path }) => path === 'dist/src/offloop-worker.cjs')) {
    throw new Error('expected dist/src/offloop-worker.cjs in the package; run: npm run build');
  }
  const tarball = join(CACHE, `offloop-${shorten(integrity)}.tgz`);
  for (const file of readdirSync(CACHE)) {
    if (file.endsWith('.tgz') && file !== filename) rmSync(join(CACHE, file));
  }
  renameSync(join(CACHE, filename), tarball);
  return tarball;
}

/**
 * A folder with a fixture's sources, its packages and the packed offloop. Packages are kept for the next run.
 *
 * @param sources Folder with package.json and package-lock.json, and what else is to be copied.
 * @param shared Further files that are copied into it.
 */
export async function install(name, sources, tarball, shared = []) {
  const manifests = ['package.json', 'package-lock.json', '.npmrc'];
  const locked = manifests.map((file) => readFileSync(join(sources, file), 'utf8')).join();
  const folder = join(CACHE, `${name}-${shorten(locked)}`);
  const stamp = join(folder, 'node_modules', '.offloop-installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== tarball) {
    mkdirSync(folder, { recursive: true });
    for (const file of manifests) cpSync(join(sources, file), join(folder, file));
    await runNpm(
      ['install', '--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball],
      folder,
    );
    writeFileSync(stamp, tarball);
  }
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  cpSync(sources, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  for (const file of shared) cpSync(file, join(folder, file.slice(dirname(file).length + 1)));
  return folder;
}

async function runNpm(args, cwd) {
  const shell = process.platform === 'win32';
  try {
    return (await execute('npm', ['--loglevel=error', ...args], { cwd, shell })).stdout;
  } catch (error) {
    throw new Error(`'npm ${args.join(' ')}' failed: ${error.stderr?.trim() || error.message}`);
  }
}

function shorten(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
