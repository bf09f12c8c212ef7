import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { WAYS, type WayName } from './cases.js';
import { judgeWays } from './verdict.js';

const MICROS_PER_MILLI = 1_000;
const BASE_MICROS = 1_000;

/** What a unit of each way adds, in milliseconds; the blocks differ by a few per cent. */
const judge = (millisOf: (name: WayName) => number) =>
  judgeWays(
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
    }),
  );

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
    const { status, sentence } = judge((name) => (name === 'A1 v3 client' ? 0.02 : 0.05));
    expect(status).toBe('holds in another form');
    expect(sentence).toMatch(/^Wrapping is dearer than low-level calls, but 7 of 7 ways /);
    expect(sentence).toContain('A1 v3 client 0.020 ms a call (');
    expect(sentence).toContain('A3 observeOpenAI 0.050 ms a call (');
    expect(sentence).toContain('; 1 to 3 there)');
  });

  it('does not hold where a call is as dear as wrapping, or dearer', () => {
    expect(judge(() => 0.05).sentence).toContain("Wrapping a function can't be told from a call");
    const { status, sentence } = judge((name) => (name === 'A1 v3 client' ? 0.09 : 0.05));
    expect(status).toBe('does not hold');
    expect(sentence).toContain('Wrapping a function is cheaper than a call');
  });

  it('tells of a single way that it is lost in the noise', () => {
    const { sentence } = judge((name) => (name === 'A3 observeOpenAI' ? 0 : 0.05));
    expect(sentence).toContain('A3 observeOpenAI nothing that can be told a call (1 to 3 there)');
  });

  it('can not tell where every way is', () => {
    expect(judge(() => -0.01).status).toBe('cannot tell');
  });
});
