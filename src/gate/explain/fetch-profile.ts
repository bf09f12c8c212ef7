import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GateError } from '../gate-error.js';
import { nameProfile, nameProfileRequest, type ProfileRecord, type TakenProfile } from './profile-record.js';

/** A loop that is blocked for longer is given up on. */
const MAX_WAIT_MILLIS = 20_000;
const POLL_INTERVAL_MILLIS = 20;

/** Asks the process for its profile, which ends there. @throws {GateError} where it has none, or does not answer. */
export async function fetchProfile(folder: string, pid: number): Promise<TakenProfile> {
  const giveUpMillis = performance.now() + MAX_WAIT_MILLIS;
  writeFileSync(join(folder, nameProfileRequest(pid)), '');
  for (;;) {
    const record = read(join(folder, nameProfile(pid)));
    if (record?.status === 'taken') return record;
    if (record?.status === 'failed') throw new GateError(`the service could not be profiled: ${record.reason}`);
    // The service ended, or the gate is interrupted: nobody waits any more, and the gate must not be kept alive.
    if (!existsSync(folder)) throw new GateError('the folder of the probe was taken away');
    if (performance.now() > giveUpMillis) {
      throw new GateError(`no profile came within ${MAX_WAIT_MILLIS / 1_000} s`);
    }
    await delay(POLL_INTERVAL_MILLIS);
  }
}

function read(path: string): ProfileRecord | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProfileRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
