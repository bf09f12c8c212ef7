// Preloaded into every process of a service for a trial that is to be explained. It must not change what the service
// does: it keeps nothing alive, writes nothing to its streams, and gives up in silence.
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// The service may replace the global ones.
import { clearInterval, setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';
import { CollectionLog } from './collection-log.js';
import { CpuProfile } from './cpu-profile.js';
import { nameProfile, nameProfileRequest, type ProfileRecord, readProfilerUrl } from './profile-record.js';
import { RequestLog } from './request-log.js';
import { TurnLog } from './turn-log.js';

const POLL_INTERVAL_MILLIS = 100;

if (isMainThread) await profile(readProfilerUrl(new URL(import.meta.url)));

/** From the start, not from the window on: to begin later would block the loop, for every function that is there then. */
async function profile(folder: string): Promise<void> {
  const starting = await CpuProfile.start();
  const turns = new TurnLog();
  const collections = new CollectionLog();
  const requests = new RequestLog();
  const timer = setInterval(() => {
    if (existsSync(join(folder, nameProfileRequest(process.pid)))) leave(folder, end());
    // The gate has ended, and this process outlived it.
    else if (!existsSync(folder)) end();
  }, POLL_INTERVAL_MILLIS).unref();

  function end(): ProfileRecord {
    clearInterval(timer);
    turns.end();
    requests.end();
    const events = {
      turnEndsUnixMillis: turns.endsUnixMillis,
      collections: collections.end(),
      requests: requests.requests,
    };
    if (!(starting instanceof CpuProfile)) return { status: 'failed', reason: starting.reason };
    try {
      return { status: 'taken', ...starting.stop(), ...events };
    } catch (error) {
      return { status: 'failed', reason: (error as Error).message };
    }
  }
}

function leave(folder: string, record: ProfileRecord): void {
  const path = join(folder, nameProfile(process.pid));
  try {
    writeFileSync(`${path}.part`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.part`, path);
  } catch {
    // The gate says that none came.
  }
}
