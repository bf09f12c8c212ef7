import { describe, expect, it } from 'vitest';
import { readCallSamples } from './call-samples.js';
import { compareFunctions } from './compare-functions.js';
import { explainBlocks } from './explain-blocks.js';
import type { ProfileNode, TakenProfile } from './profile-record.js';

const ROOT = '/srv/shop';
const [IDLE, PROGRAM, COLLECTOR, TIMERS, HANDLE, PARSE, CLOCK, NOW, WRITE] = [2, 3, 4, 5, 6, 7, 8, 9, 10];

function node(
  id: number,
  functionName: string,
  url: string,
  line: number,
  childIds: readonly number[] = [],
): ProfileNode {
  return { id, functionName, url, line, childIds };
}

const NODES = [
  node(1, '(root)', '', 0, [IDLE, PROGRAM, COLLECTOR, TIMERS]),
  node(IDLE, '(idle)', '', 0),
  node(PROGRAM, '(program)', '', 0),
  node(COLLECTOR, '(garbage collector)', '', 0),
  node(TIMERS, 'processTimers', 'node:internal/timers', 500, [HANDLE]),
  node(HANDLE, '', `file://${ROOT}/src/server.js`, 10, [PARSE, WRITE]),
  node(PARSE, 'parse', `file://${ROOT}/node_modules/parser/lib/parse.js?v=1`, 3, [CLOCK]),
  node(CLOCK, 'now', 'node:internal/perf/performance', 137, [NOW]),
  node(NOW, 'now', '', 0),
  node(WRITE, 'write', `file://${ROOT}/src/write.js`, 7),
];

/** A sample a millisecond from 1,000 on; `pattern` names who ran how often. */
function profile(
  pattern: readonly (readonly [nodeId: number, count: number])[],
  events: Partial<TakenProfile> = {},
): TakenProfile {
  const ids = pattern.flatMap(([nodeId, count]) => Array.from({ length: count }, () => nodeId));
  return {
    status: 'taken',
    nodes: NODES,
    samples: ids.map((nodeId, index) => [nodeId, 1_000 + index]),
    turnEndsUnixMillis: [],
    collections: [],
    requests: [],
    ...events,
  };
}

const WINDOW = { startUnixMillis: 1_000, endUnixMillis: 2_000 };

function explain(taken: TakenProfile) {
  return explainBlocks(readCallSamples(taken, ROOT), taken, WINDOW, 5);
}

function compare(candidate: TakenProfile, reference: TakenProfile | null) {
  const read = (taken: TakenProfile) => ({ samples: readCallSamples(taken, ROOT), window: WINDOW });
  return compareFunctions(read(candidate), reference === null ? null : read(reference), 5);
}

describe('readCallSamples', () => {
  it('takes a function for JavaScript, whatever it is called', () => {
    const nodes = [node(1, '(root)', '', 0, [2]), node(2, 'constructor', '', 0)];
    const samples = [
      [2, 1_000],
      [2, 1_001],
    ] as const;
    expect(readCallSamples({ ...profile([]), nodes, samples }, ROOT)[0]).toMatchObject({
      activity: 'javascript',
      stack: [{ functionName: 'constructor' }],
    });
  });
});

describe('explainBlocks', () => {
  it('finds what ran between two sleeps, longest first, down to the call that took most of it', () => {
    const taken = profile([
      [IDLE, 10],
      [WRITE, 5],
      [IDLE, 10],
      [PARSE, 16],
      [WRITE, 4],
      [IDLE, 5],
    ]);
    const [longest, next, ...rest] = explain(taken);
    expect(rest).toEqual([]);
    expect(longest).toMatchObject({ startMillis: 25, durationMillis: 20 });
    expect(longest?.stack).toEqual([
      { functionName: 'parse', file: 'node_modules/parser/lib/parse.js', line: 3, millis: 16 },
      { functionName: '(anonymous)', file: 'src/server.js', line: 10, millis: 20 },
      { functionName: 'processTimers', file: 'node:internal/timers', line: 500, millis: 20 },
    ]);
    expect(next).toMatchObject({ startMillis: 10, durationMillis: 5 });
  });

  it('ends a block where a turn of the loop ends, also without a sleep', () => {
    const taken = profile(
      [
        [IDLE, 5],
        [PARSE, 20],
        [IDLE, 5],
      ],
      { turnEndsUnixMillis: [1_002, 1_012, 1_028] },
    );
    expect(explain(taken).map(({ startMillis, durationMillis }) => [startMillis, durationMillis])).toEqual([
      [12, 13],
      [5, 7],
    ]);
  });

  it('names no call where the time is spread evenly, but the one above them', () => {
    const taken = profile([
      [IDLE, 5],
      [PARSE, 4],
      [WRITE, 4],
      [HANDLE, 4],
      [IDLE, 5],
    ]);
    expect(explain(taken)[0]?.stack[0]?.functionName).toBe('(anonymous)');
  });

  it('says what ran where no JavaScript did, and where nobody looked', () => {
    const collecting = profile(
      [
        [IDLE, 5],
        [COLLECTOR, 12],
        [PROGRAM, 6],
        [IDLE, 5],
      ],
      {
        collections: [
          { kind: 'major', startUnixMillis: 1_004, durationMillis: 12 },
          { kind: 'minor', startUnixMillis: 1_500, durationMillis: 2 },
        ],
      },
    );
    expect(explain(collecting)[0]).toMatchObject({
      stack: [],
      times: { javascriptMillis: 0, garbageCollectionMillis: 12, nativeMillis: 6, unsampledMillis: 0 },
      garbageCollections: [{ kind: 'major', startMillis: -1, durationMillis: 12 }],
    });
    const unseen = profile([]);
    const samples = [
      [IDLE, 1_000],
      [PARSE, 1_005],
      [PARSE, 1_006],
      [PARSE, 1_026],
      [IDLE, 1_027],
    ] as const;
    expect(explain({ ...unseen, samples })[0]?.times).toMatchObject({ javascriptMillis: 3, unsampledMillis: 19 });
  });

  it('gives a block the requests that began in it or right after it', () => {
    const request = (startUnixMillis: number, target: string) => ({ startUnixMillis, target, isTelemetry: true });
    const taken = profile(
      [
        [IDLE, 10],
        [PARSE, 20],
        [IDLE, 30],
      ],
      {
        requests: [
          request(1_009, 'before'),
          request(1_029, 'in'),
          request(1_034, 'right after'),
          request(1_036, 'later'),
        ],
      },
    );
    expect(explain(taken)[0]?.requests.map(({ target, startMillis }) => [target, startMillis])).toEqual([
      ['in', 19],
      ['right after', 24],
    ]);
  });

  it('leaves out what began outside the window', () => {
    const taken = profile([
      [PARSE, 20],
      [IDLE, 5],
      [PARSE, 10],
      [IDLE, 5],
    ]);
    const window = { startUnixMillis: 1_010, endUnixMillis: 1_100 };
    expect(explainBlocks(readCallSamples(taken, ROOT), taken, window, 5)).toHaveLength(1);
  });
});

describe('compareFunctions', () => {
  it('puts first what grew most, and gives what Node.js and V8 do for a function to that', () => {
    const candidate = profile([
      [PARSE, 60],
      [NOW, 40],
      [WRITE, 50],
      [COLLECTOR, 30],
      [IDLE, 820],
    ]);
    const reference = profile([
      [PARSE, 10],
      [WRITE, 50],
      [IDLE, 940],
    ]);
    expect(compare(candidate, reference)).toEqual([
      {
        functionName: 'parse',
        file: 'node_modules/parser/lib/parse.js',
        line: 3,
        candidateMillisPerSecond: 100,
        referenceMillisPerSecond: 10,
      },
      {
        functionName: '(garbage collection)',
        file: null,
        line: null,
        candidateMillisPerSecond: 30,
        referenceMillisPerSecond: 0,
      },
    ]);
  });

  it('leaves out growth that may be chance, and says nothing of growth without a reference', () => {
    expect(compare(profile([[PARSE, 55]]), profile([[PARSE, 45]]))).toEqual([]);
    expect(
      compare(
        profile([
          [PARSE, 55],
          [IDLE, 10],
        ]),
        null,
      ),
    ).toMatchObject([{ referenceMillisPerSecond: null }]);
  });
});
