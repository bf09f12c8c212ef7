import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServerProcess, startModelServerProcess } from '../../model-server/model-server-process.js';
import { waysExport } from '../a-ways-export/claim.js';
import type { Claim, ClaimTrial } from '../claim.js';
import { runTrial, type Servers, startServers } from '../run-trial.js';
import { WAYS } from './cases.js';
import { ways } from './claim.js';

const START_TIMEOUT_MILLIS = 60_000;
const RUN_TIMEOUT_MILLIS = 180_000;
const SETTINGS = { warmUpTurnCount: 1, turnCount: 3 };

let servers: Servers;
let modelServer: ModelServerProcess;

beforeAll(async () => {
  servers = await startServers();
  modelServer = await startModelServerProcess({ timeToFirstTokenMillis: 0, interChunkDelayMillis: 0 });
}, START_TIMEOUT_MILLIS);

afterAll(() => Promise.all([...servers, modelServer].map((server) => server.stop())));

const planOf = (caseName: string) => ({
  caseName,
  block: 0,
  seed: 7,
  settings: SETTINGS,
  modelServerUrl: modelServer.url,
});

async function runCases(claim: Claim): Promise<ClaimTrial[]> {
  const trials: ClaimTrial[] = [];
  for (const caseName of claim.cases) trials.push(await runTrial(claim, planOf(caseName), servers));
  return trials;
}

const digestOf = ({ figures }: ClaimTrial) => figures['answersDigest'];

describe('the ways', () => {
  it(
    'do the same work: each answers the same turns alike, and makes what it is declared to make',
    async () => {
      const trials = await runCases(ways);
      expect(trials.flatMap(({ faults }) => faults)).toEqual([]);
      expect(new Set(trials.map(digestOf)).size).toBe(1);
      for (const { name, made } of WAYS) {
        expect(trials.find((trial) => trial.case === name)?.figures).toMatchObject(made);
      }
      expect(trials.find((trial) => trial.case === 'none')?.figures).toMatchObject({ spanCount: 0, eventCount: 0 });
    },
    RUN_TIMEOUT_MILLIS,
  );

  it(
    'have what is sent arrive, and answer the same turns alike',
    async () => {
      const trials = await runCases(waysExport);
      expect(trials.flatMap(({ faults }) => faults)).toEqual([]);
      expect(new Set(trials.map(digestOf)).size).toBe(1);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it(
    'answer other turns with another seed',
    async () => {
      const [own, other] = [planOf('none'), { ...planOf('none'), seed: 8 }];
      const trials = [await runTrial(ways, own, servers), await runTrial(ways, other, servers)];
      expect(new Set(trials.map(digestOf)).size).toBe(2);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it(
    'fail where the model does not answer',
    async () => {
      const plan = { ...planOf('none'), modelServerUrl: 'http://127.0.0.1:1' };
      expect((await runTrial(ways, plan, servers)).faults).toEqual([
        expect.stringContaining('the service answered 500'),
      ]);
    },
    RUN_TIMEOUT_MILLIS,
  );
});
