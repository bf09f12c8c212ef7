import { describe, expect, it } from 'vitest';
import type { EstimateOf } from '../claim.js';
import { Estimates } from '../estimate.js';
import { estimateFrom } from '../trials.test-data.js';
import { WAYS, type WayName } from './cases.js';
import { judgeWay, judgeWays } from './verdict.js';

const MICROS_PER_MILLI = 1_000;
const BASE_MICROS = 1_000;

/** What a unit of each way adds, in milliseconds; the blocks differ by a few per cent. */
const estimateOf = (millisOf: (name: WayName) => number) =>
  estimateFrom({
    none: { cpuMicros: BASE_MICROS },
    'none, LangChain': { cpuMicros: BASE_MICROS },
    'none, AI SDK': { cpuMicros: BASE_MICROS },
    ...Object.fromEntries(
      WAYS.map(({ name, unitCount }) => [
        name,
        { cpuMicros: BASE_MICROS + millisOf(name) * unitCount * MICROS_PER_MILLI },
      ]),
    ),
  });

/** Every way adds the same, and one of them by turns so much more and less. */
function estimateNoisy(noisy: WayName, millis: number, noiseMillis: number): EstimateOf {
  const base = { cpuMicros: BASE_MICROS };
  const figuresOf = (block: number) =>
    Object.entries({
      none: base,
      'none, LangChain': base,
      'none, AI SDK': base,
      ...Object.fromEntries(
        WAYS.map(({ name, unitCount }) => {
          const added = millis + (name === noisy ? noiseMillis * (block % 2 === 0 ? 1 : -1) : 0);
          return [name, { cpuMicros: BASE_MICROS + added * unitCount * MICROS_PER_MILLI }];
        }),
      ),
    });
  const trials = Array.from({ length: 8 }, (_, block) =>
    figuresOf(block).map(([name, figures]) => ({ case: name, block, figures, faults: [] })),
  ).flat();
  const estimates = new Estimates({ name: 'ways', cases: figuresOf(0).map(([name]) => name) }, trials);
  return (value) => {
    const interval = estimates.estimate(value);
    if (interval === null) throw new Error('expected an interval');
    return interval;
  };
}

const judge = (millisOf: (name: WayName) => number) => judgeWays(estimateOf(millisOf));

const middleOf = (name: WayName) => {
  const [low, high] = WAYS.find((way) => way.name === name)?.documentMillis ?? [1, 1];
  return (low + high) / 2;
};

describe('the verdict of ways', () => {
  it('holds where each way adds what it adds in the document', () => {
    const { status, sentence } = judge(middleOf);
    expect(status).toBe('holds');
    for (const { name } of WAYS) expect(sentence).toContain(name);
  });

  it('does not hold as it stands where one way lies elsewhere', () => {
    expect(judge((name) => (name === 'A5 startActiveSpan' ? 0.02 : middleOf(name))).status).toBe(
      'holds in another form',
    );
  });

  it('holds in another form where all is far cheaper, and wrapping still dearer than a call', () => {
    const { status, sentence, vietnameseSentence } = judge((name) => (name === 'A1 v3 client' ? 0.02 : 0.05));
    expect(status).toBe('holds in another form');
    expect(sentence).toMatch(/^Wrapping is dearer than low-level calls, but 7 of 7 ways /);
    expect(sentence).toMatch(/A1 v3 client 0\.020 ms \(.* to .*\) a call \(0\.16 to 0\.27 there\)/);
    expect(sentence).toMatch(/A3 observeOpenAI 0\.050 ms \(.* to .*\) a call \(1 to 3 there\)/);
    expect(vietnameseSentence).toMatch(/^Bọc hàm đắt hơn lời gọi cấp thấp, nhưng 7 trong 7 cách /);
    expect(vietnameseSentence).toMatch(/A3 observeOpenAI 0\.050 ms \(.*\) mỗi lời gọi \(tài liệu: 1 to 3\)/);
  });

  it('does not hold where a call is dearer than wrapping', () => {
    const { status, sentence } = judge((name) => (name === 'A1 v3 client' ? 0.09 : 0.05));
    expect(status).toBe('does not hold');
    expect(sentence).toContain('Wrapping a function is cheaper than a call');
  });

  it('lies below the document where a call is dearer in some blocks and cheaper in others', () => {
    const { status, sentence, vietnameseSentence } = judgeWays(estimateNoisy('A1 v3 client', 0.05, 0.03));
    expect(status).toBe('below the document, size not told');
    expect(sentence).toContain("Wrapping a function can't be told from a call");
    expect(vietnameseSentence).toContain('Bọc một hàm không phân biệt được với một lời gọi');
  });

  it('does not hold where each way is as dear as in the document, and a call is dearer than wrapping', () => {
    expect(judge((name) => (name === 'A1 v3 client' ? 20 : middleOf(name))).status).toBe('does not hold');
  });

  it('tells of a single way that it is lost in the noise', () => {
    const { sentence } = judge((name) => (name === 'A3 observeOpenAI' ? 0 : 0.05));
    expect(sentence).toMatch(/A3 observeOpenAI nothing that can be told \(.* ms\) a call \(1 to 3 there\)/);
  });

  it('tells how large a cost may be whose size it can not tell, and that it lies below the document', () => {
    const estimate = estimateNoisy('A3 observeOpenAI', 0.05, 0.3);
    expect(judgeWay('A3 observeOpenAI')(estimate)).toBe('below the document, size not told');
    const { sentence, vietnameseSentence } = judgeWays(estimate);
    expect(sentence).toMatch(/A3 observeOpenAI below 0\.\d+ ms \(its size not told: -0\.\d+ to 0\.\d+\) a call/);
    expect(vietnameseSentence).toMatch(
      /A3 observeOpenAI dưới 0\.\d+ ms \(chưa đo được là bao nhiêu: -0\.\d+ to 0\.\d+\)/,
    );
  });

  it('counts as a call of A1 whatever enqueues an event, in both of its forms', () => {
    const byName = new Map(WAYS.map((way) => [way.name, way]));
    const client = byName.get('A1 v3 client');
    expect(client?.unitCount).toBe(client?.made.eventCount);
    expect(byName.get('A1b startObservation')?.unitCount).toBe(client?.unitCount);
  });

  it('can not tell where every way is', () => {
    expect(judge(() => -0.01).status).toBe('cannot tell');
  });

  it('answers each way by its own figure, whatever the order', () => {
    const estimate = estimateOf((name) => (name === 'A1 v3 client' ? 0.2 : name === 'A5 startActiveSpan' ? 0 : 0.05));
    expect(judgeWay('A1 v3 client')(estimate)).toBe('holds');
    expect(judgeWay('A2 observe')(estimate)).toBe('holds in another form');
    expect(judgeWay('A5 startActiveSpan')(estimate)).toBe('does not hold');
    expect(() => judgeWay('A6 http and undici')).toThrow('expected a way that the document has a figure for');
  });
});
