import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ClaimRun } from '../claims/claim.js';
import { CLAIMS } from '../claims/index.js';
import { makeTrials } from '../claims/trials.test-data.js';
import type { Run } from '../runner/run-record.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';
import { makeTrial } from '../runner/test-trial.js';
import { SCENARIOS } from '../scenarios/index.js';
import { AUTO_FLUSH_ARMS, AUTO_FLUSH_FINDINGS } from './auto-flush-finding.js';
import { CONTENTS } from './contents.js';
import { writeContents } from './contents-table.js';
import { LANGUAGES, type Language } from './finding.js';
import { findRow } from './findings-table.js';
import { FINDINGS_TABLES } from './pages.js';

const makeFlushRun = () => {
  const blocks = [0, 1, 2, 3, 4, 5, 6, 7];
  return {
    scenario: { claim: 'auto-flush', arms: [CONTROL_ARM, comparedArm('batch-otlp-json')] },
    trials: blocks.flatMap((block) => [
      makeTrial({ arm: 'control', block, blockMillis: 5 }),
      makeTrial({ arm: 'batch-otlp-json', block, blockMillis: 60 }),
    ]),
  } as unknown as Run;
};

const NO_RUNS = { claims: new Map(), scenarios: new Map() };

const readPage = (language: Language) =>
  readFileSync(
    new URL(`../../docs/${language === 'en' ? 'findings.md' : `findings.${language}.md`}`, import.meta.url),
    'utf8',
  );

describe("the document's table of contents", () => {
  it('has every claim and way of the document, in its order', () => {
    const english = writeContents(CONTENTS, NO_RUNS, 'en');
    const ids = [...english.matchAll(/^\| \[([MVA]\d)/gm)].map(([, id]) => id);
    expect(ids).toEqual(['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'V2', 'A1', 'A2', 'A3', 'A4', 'A5']);
  });

  it.each(LANGUAGES)('leads to headings and tables that the page has (%s)', (language) => {
    const page = readPage(language);
    for (const { section } of CONTENTS) expect(page).toContain(`\n## ${section[language]}\n`);
    for (const { document, name } of FINDINGS_TABLES) {
      if (document.endsWith('.vi.md') === (language === 'vi')) expect(page).toContain(`<!-- table:${name} -->`);
    }
  });

  it('asks for figures that the claims have', () => {
    for (const { source } of CONTENTS) {
      if (!('claim' in source)) continue;
      const claim = CLAIMS.find(({ name }) => name === source.claim);
      expect(claim && findRow(claim, source.row)).toBeDefined();
      for (const other of source.elsewhere ?? []) {
        const otherClaim = CLAIMS.find(({ name }) => name === other.claim);
        expect(otherClaim && findRow(otherClaim, other.row)).toBeDefined();
      }
    }
  });

  it('answers a line from its run, and says where there is none', () => {
    const claim = CLAIMS.find(({ name }) => name === 'm5-get-client');
    if (claim === undefined) throw new Error('expected the claim m5-get-client');
    const figures = { callMicros: 1_500, firstCallMicros: 2, secondHostCount: 0, secondMadeCount: 1 };
    const trials = [0, 1, 2].flatMap((block) =>
      claim.cases.map((name) => ({ case: name, block, figures, faults: [] })),
    );
    const claims = new Map([[claim.name, { claim, run: { trials } as unknown as ClaimRun }]]);
    const lineOf = (language: Language) =>
      writeContents(CONTENTS, { ...NO_RUNS, claims }, language)
        .split('\n')
        .find((line) => line.startsWith('| [M5'));
    expect(lineOf('en')).toBe(
      '| [M5: constructor against getter](#m5-constructor-against-getter) | a constructor (v3): time it takes | 10 µs | 1,500 µs | cannot be told from this run |',
    );
    expect(lineOf('vi')).toBe(
      '| [M5: hàm khởi tạo hay getter](#m5-hàm-khởi-tạo-hay-getter) | một lần khởi tạo (v3): mất bao lâu | 10 µs | 1.500 µs | lần đo này chưa kết luận được |',
    );
    expect(writeContents(CONTENTS, NO_RUNS, 'en').match(/no reference run yet/g)).toHaveLength(CONTENTS.length);
  });

  it('answers each way to instrument by its own figure', () => {
    const claim = CLAIMS.find(({ name }) => name === 'ways');
    if (claim === undefined) throw new Error('expected the claim ways');
    const microsOf: Readonly<Record<string, number>> = { 'A1 v3 client': 2_800, 'A2 observe': 1_400 };
    const trials = makeTrials(
      Object.fromEntries(claim.cases.map((name) => [name, { cpuMicros: microsOf[name] ?? 1_000 }])),
    );
    const claims = new Map([[claim.name, { claim, run: { trials } as unknown as ClaimRun }]]);
    const text = writeContents(CONTENTS, { ...NO_RUNS, claims }, 'en');
    expect(text).toMatch(/^\| \[A1: .* 0\.200 ms .* \| holds in Node \|$/m);
    expect(text).toMatch(/^\| \[A2: .* 0\.100 ms .* \| holds in another form \|$/m);
    expect(text).toMatch(/^\| \[A5: .* \| does not hold in Node \|$/m);
  });

  it('says of a cost whose size a way does not tell where it is told', () => {
    const claim = CLAIMS.find(({ name }) => name === 'ways');
    if (claim === undefined) throw new Error('expected the claim ways');
    // Of A3 and A5 the CPU is more in one block and less in the next; the loop tells what A3 adds, and not A5.
    const trialsOf = (loopMicros: number) =>
      Array.from({ length: 8 }, (_, block) =>
        claim.cases.map((name) => {
          const noise = /^A[35]/.test(name) ? 100 * (block % 2 === 0 ? 1 : -1) : 0;
          const figures = { cpuMicros: 1_000 + noise, loopMicros: name.startsWith('A3') ? loopMicros : 1_000 };
          return { case: name, block, figures, faults: [] };
        }),
      ).flat();
    const write = (loopMicros: number, language: Language) => {
      const run = { trials: trialsOf(loopMicros) } as unknown as ClaimRun;
      return writeContents(CONTENTS, { ...NO_RUNS, claims: new Map([[claim.name, { claim, run }]]) }, language);
    };
    expect(write(1_124, 'en')).toMatch(
      /^\| \[A3: .* \| below the document, size not told; told elsewhere: \[an LLM call, time on the loop\]\(#the-ways-to-instrument\) 124 µs \|$/m,
    );
    expect(write(1_124, 'vi')).toMatch(
      /^\| \[A3: .* \| thấp hơn tài liệu, chưa đo được là bao nhiêu; đo được ở chỗ khác: \[một lời gọi LLM, thời gian trên event loop\]\(#các-cách-gắn-trace\) 124 µs \|$/m,
    );
    expect(write(1_000, 'en')).toMatch(/^\| \[A3: .* \| below the document, size not told \|$/m);
    expect(write(1_124, 'en')).toMatch(/^\| \[A5: .* \| below the document, size not told \|$/m);
  });

  it('has an interval for what the flush adds, beside its longest block', () => {
    const text = writeContents(CONTENTS, { ...NO_RUNS, scenarios: new Map([['m6-auto-flush', makeFlushRun()]]) }, 'vi');
    expect(text).toMatch(/^\| \[M6: .* \| 30 ms, 1\.000 đến 1\.500 ms \| 50,0 ms \(50,0 đến 50,0\), 60,0 ms \| /m);
  });
});

describe('the findings of M6', () => {
  it('are of every scenario that answers it, and name each of its arms', () => {
    const answering = SCENARIOS.filter(({ claim }) => claim === 'auto-flush');
    expect(AUTO_FLUSH_FINDINGS.map(({ scenario }) => scenario)).toEqual(
      expect.arrayContaining(answering.map(({ name }) => name)),
    );
    expect(AUTO_FLUSH_FINDINGS).toHaveLength(answering.length);
    for (const { armName } of answering.flatMap(({ arms }) => arms)) expect(AUTO_FLUSH_ARMS[armName]).toBeDefined();
  });
});
