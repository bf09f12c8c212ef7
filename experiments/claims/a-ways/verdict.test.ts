import { describe, expect, it } from 'vitest';
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

  it('does not hold where a call is as dear as wrapping, or dearer', () => {
    expect(judge(() => 0.05).sentence).toContain("Wrapping a function can't be told from a call");
    const { status, sentence } = judge((name) => (name === 'A1 v3 client' ? 0.09 : 0.05));
    expect(status).toBe('does not hold');
    expect(sentence).toContain('Wrapping a function is cheaper than a call');
  });

  it('does not hold where each way is as dear as in the document, and a call is dearer than wrapping', () => {
    expect(judge((name) => (name === 'A1 v3 client' ? 20 : middleOf(name))).status).toBe('does not hold');
  });

  it('tells of a single way that it is lost in the noise', () => {
    const { sentence } = judge((name) => (name === 'A3 observeOpenAI' ? 0 : 0.05));
    expect(sentence).toMatch(/A3 observeOpenAI nothing that can be told \(.* ms\) a call \(1 to 3 there\)/);
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
