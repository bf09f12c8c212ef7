import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claim } from './claim.js';
import { runTrial, type Servers, startServers } from './run-trial.js';

const CLAIM: Pick<Claim, 'name' | 'measureUrl' | 'inspect'> = {
  name: 'test',
  measureUrl: new URL('./measure.test-data.js', import.meta.url),
  inspect: async ([, second]) => ({ secondHostCount: (await second.report()).ingestion.receivedEventCount }),
};

const START_TIMEOUT_MILLIS = 60_000;

let servers: Servers;

beforeAll(async () => {
  servers = await startServers();
}, START_TIMEOUT_MILLIS);

afterAll(() => Promise.all(servers.map((server) => server.stop())));

const run = (caseName: string) => runTrial(CLAIM, { caseName, block: 4, seed: 9, settings: { callCount: 7 } }, servers);

describe('runTrial', () => {
  it(
    'measures in a process of its own, with the settings of the size and the seed, and adds what the stand-ins know',
    async () => {
      expect(await run('sends')).toEqual({
        case: 'sends',
        block: 4,
        figures: { callCount: 7, seed: 9, secondHostCount: 1 },
        faults: [],
      });
    },
    START_TIMEOUT_MILLIS,
  );

  it(
    'has a fault where what was made did not arrive',
    async () => {
      // The event of the trial before is not counted again.
      expect((await run('loses')).faults).toEqual(['2 events were made and 0 arrived']);
    },
    START_TIMEOUT_MILLIS,
  );

  it.each([
    ['throws', 'no such SDK'],
    ['exits', 'exit code 3'],
  ])(
    'has a fault and no figures where the measure %s',
    async (caseName, message) => {
      const { figures, faults } = await run(caseName);
      expect(figures).toEqual({});
      expect(faults).toEqual([expect.stringContaining(message)]);
    },
    START_TIMEOUT_MILLIS,
  );
});
