import { describe, expect, it } from 'vitest';
import { monitorLoopDelay } from '../../loop-delay/loop-delay-monitor.js';
import { DEFAULTS, type HttpLoad, type LoadConfig, type ServiceConfig } from '../config/gate-config.js';
import type { LoadResult } from '../load/load-protocol.js';
import type { Connections } from './connections.js';
import { findFaults } from './validity.js';

const SERVICE: ServiceConfig = {
  command: 'node server.js',
  env: {},
  ready: { type: 'url', url: 'http://127.0.0.1:1/' },
  readyTimeoutMillis: 1_000,
  program: null,
};
const HTTP: HttpLoad = {
  type: 'http',
  url: 'http://127.0.0.1:1/',
  method: 'GET',
  headers: {},
  body: null,
  requestsPerSecond: 0.2,
  requestTimeoutMillis: 1_000,
};
const VALIDITY = { ...DEFAULTS.validity, maxStarvedRatio: 1, maxFailedRequestRatio: 1 };
const LOAD_START = 1_000_000;

function makeTrial(load: LoadResult | null) {
  const monitor = monitorLoopDelay();
  const loopDelay = { ...monitor.snapshot().toJSON(), durationMillis: 6_000, runnableMillis: 0 };
  monitor.stop();
  const connections: Connections = { hasServer: true, lastUnixMillis: LOAD_START + 100, totalCount: 1 };
  return {
    loopDelay,
    load,
    noiseFloor: { arrivalWeightedP99Millis: 0, longestMillis: 1 },
    clockStepMillis: 0,
    isWholeWindow: true,
    connections,
    loadStartUnixMillis: LOAD_START,
  };
}

function makeResult(dueRequestCount: number, sentRequestCount: number): LoadResult {
  return {
    dueRequestCount,
    sentRequestCount,
    succeededRequestCount: sentRequestCount,
    failedRequestCounts: {},
    achievedRequestsPerSecond: sentRequestCount / 6,
    latency: [],
    latenessP99Millis: 1,
  };
}

function listKinds(load: LoadConfig, trial: ReturnType<typeof makeTrial>, service = SERVICE): string[] {
  return findFaults({ service, load, validity: VALIDITY }, trial).map(({ kind }) => kind);
}

describe('findFaults', () => {
  it('counts a trial whose window has room for one request and a bit', () => {
    expect(listKinds(HTTP, makeTrial(makeResult(1, 1)))).toEqual([]);
  });

  it('leaves out a trial in which less was sent than was due', () => {
    expect(listKinds(HTTP, makeTrial(makeResult(300, 285)))).toEqual([]);
    expect(listKinds(HTTP, makeTrial(makeResult(300, 284)))).toEqual(['load']);
  });

  it("leaves out a trial whose server the user's own load did not reach", () => {
    const command: LoadConfig = { type: 'command', command: 'sh load.sh' };
    const trial = makeTrial(null);
    const untouched = { hasServer: true, lastUnixMillis: LOAD_START - 5, totalCount: 1 };
    expect(listKinds(command, trial)).toEqual([]);
    expect(listKinds(command, { ...trial, connections: untouched })).toEqual(['load']);
    expect(listKinds(command, { ...trial, connections: { ...untouched, hasServer: false } })).toEqual([]);
    // What ended, or is blocked, is found out by that.
    expect(listKinds(command, { ...trial, connections: untouched, isWholeWindow: false })).toEqual([
      'incomplete window',
    ]);
    expect(listKinds(HTTP, { ...makeTrial(makeResult(1, 1)), connections: untouched })).toEqual([]);
  });

  it('leaves out a trial whose requests somebody answered who is not looked at', () => {
    const nobody = { hasServer: false, lastUnixMillis: null, totalCount: 0 };
    const trial = { ...makeTrial(makeResult(300, 300)), connections: nobody };
    expect(listKinds(HTTP, trial)).toEqual(['load']);
    expect(listKinds(HTTP, trial, { ...SERVICE, program: 'queue-reader.js' })).toEqual([]);
    expect(listKinds(HTTP, { ...trial, isWholeWindow: false })).toEqual(['incomplete window']);
    const unanswered = { ...makeResult(300, 300), succeededRequestCount: 0 };
    expect(listKinds(HTTP, { ...trial, load: unanswered })).toEqual([]);
  });
});
