import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fetchProfile } from './fetch-profile.js';

it('is not waited for once the folder is gone, as when the gate is interrupted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-fetch-profile-'));
  const fetched = expect(fetchProfile(folder, 1)).rejects.toThrow('the folder of the probe was taken away');
  rmSync(folder, { recursive: true });
  await fetched;
});
