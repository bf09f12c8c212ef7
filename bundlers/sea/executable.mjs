// The worker travels as an asset of the executable; a thread needs it as a file. With the argument `beside` it is one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { runService } from './service.mjs';

void runService(process.argv.includes('beside') ? {} : { worker: { url: unpackWorker() } });

function unpackWorker() {
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  const path = join(folder, 'offloop-worker.cjs');
  writeFileSync(path, getAsset('offloop-worker.cjs', 'utf8'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  return pathToFileURL(path);
}
