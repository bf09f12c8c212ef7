import { describe, expect, it } from 'vitest';
import type { ExplainedBlock, Explanation, FoundExplanation } from '../explain/explanation.js';
import { writeHtmlExplanation } from './html-explanation.js';
import { writeMarkdownExplanation } from './markdown-explanation.js';
import { writeTerminalExplanation } from './terminal-explanation.js';

const PLAIN = { unicode: true, styled: false };

const PARSING: ExplainedBlock = {
  startMillis: 1_204,
  durationMillis: 25.31,
  stack: [
    { functionName: 'now', file: null, line: null, millis: 15 },
    { functionName: 'parseHugeCatalogue', file: 'src/catalogue.mjs', line: 3, millis: 24.9 },
    { functionName: '<script>|@all', file: 'node_modules/@s/p/build/src/on|timer.js', line: 14, millis: 25 },
    { functionName: 'processTimers', file: 'node:internal/timers', line: 519, millis: 25 },
  ],
  times: { javascriptMillis: 25, garbageCollectionMillis: 0.3, nativeMillis: 0, unsampledMillis: 0 },
  garbageCollections: [],
  requests: [
    { startMillis: 24.8, target: 'POST 127.0.0.1/v1/traces', isTelemetry: true },
    { startMillis: 3, target: 'GET api.example', isTelemetry: false },
    { startMillis: 4, target: 'GET api.example', isTelemetry: false },
  ],
};

const COLLECTING: ExplainedBlock = {
  startMillis: 3_000,
  durationMillis: 20,
  stack: [],
  times: { javascriptMillis: 0, garbageCollectionMillis: 8, nativeMillis: 6, unsampledMillis: 6 },
  garbageCollections: [
    { kind: 'minor', startMillis: 0, durationMillis: 1 },
    { kind: 'minor', startMillis: 2, durationMillis: 1 },
    { kind: 'major', startMillis: 4, durationMillis: 6 },
  ],
  requests: [],
};

const FOUND: FoundExplanation = {
  status: 'explained',
  samplingIntervalMillis: 1,
  blocks: [PARSING, { ...PARSING, startMillis: 2_000, requests: [] }, COLLECTING],
  functions: [
    {
      functionName: 'aFunctionWithANameThatIsLongerThanItsColumn',
      file: `src/${'deep/'.repeat(20)}file.ts`,
      line: 123,
      candidateMillisPerSecond: 131.4,
      referenceMillisPerSecond: 6.1,
    },
  ],
  isCompared: true,
  cost: { profiledMillisPerSecond: 151.2, usualMillisPerSecond: 140 },
  notes: ['A note that is to be read.'],
};
const UNAVAILABLE: Explanation = { status: 'unavailable', reason: 'the <service> could not be profiled' };

describe('an explanation on the terminal', () => {
  it('has each block with its stack once, in 80 columns', () => {
    const lines = writeTerminalExplanation(FOUND, PLAIN);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join('\n')).toBe(`
Where to look
From one more trial each under V8's CPU profiler, a look every 1 ms (main-thread
CPU of the candidate 151 ms/s, otherwise 140 ms/s); it counts for no verdict.
A note that is to be read.

Longest blocks of the candidate, each with its heaviest stack:
 1  25.3 ms at 1.20 s
     15.0 ms  now
     24.9 ms  parseHugeCatalogue  src/catalogue.mjs:3
     25.0 ms  <script>|@all  @s/p/…/on|timer.js:14
     export: POST 127.0.0.1/v1/traces at +24.8 ms
     outgoing: 2 x GET api.example at +3.0 ms
 2  25.3 ms at 2.00 s, the same stack
 3  20.0 ms at 3.00 s
     no JavaScript was seen
     garbage collection: 8.0 ms (2 minor, 1 major)
     native code without JavaScript: 6.0 ms
     unknown: no look at the stack for 6.0 ms (a busy machine)

Functions whose own time grew most, ms of main thread a second:
   change candidate reference
     +125       131       6.1  aFunctionWithANameThatI…  …/deep/deep/file.ts:123`);
  });

  it('cuts a host that is longer than a line', () => {
    const requests = [{ startMillis: 1, target: `POST ${'a'.repeat(60)}.example/v1/traces`, isTelemetry: true }];
    const lines = writeTerminalExplanation({ ...FOUND, blocks: [{ ...PARSING, requests }] }, PLAIN);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContain(`     ${'a'.repeat(60)}.example/v1/tr…`);
  });

  it('is a line where there is none, and nothing where nobody asked', () => {
    expect(writeTerminalExplanation(UNAVAILABLE, PLAIN).slice(1)).toEqual([
      'no explanation: the <service> could not be profiled',
    ]);
    expect(writeTerminalExplanation(null, PLAIN)).toEqual([]);
  });

  it('shows functions by their time alone where there was no reference, and says where none grew', () => {
    const functions = FOUND.functions.map((time) => ({ ...time, referenceMillisPerSecond: null }));
    const alone = writeTerminalExplanation({ ...FOUND, functions, isCompared: false }, PLAIN).join('\n');
    expect(alone).toMatch(/by their own time, ms of main thread a second:\n {6}131 {2}aFunction/);
    const none = writeTerminalExplanation({ ...FOUND, blocks: [], functions: [] }, PLAIN).join('\n');
    expect(none).toContain('The candidate was not blocked in it.');
    expect(none).toContain('No function took clearly more time than in the reference.');
  });

  it.each([
    { what: 'no function', functions: [], text: 'No function took more time than chance makes of the samples.' },
    {
      what: 'functions',
      functions: FOUND.functions.map((time) => ({ ...time, referenceMillisPerSecond: null })),
      text: 'Functions by their own time, ms of main thread a second:',
    },
  ])('speaks of no reference where there was none, with $what', ({ functions, text }) => {
    const alone = { ...FOUND, functions, isCompared: false };
    const html = writeHtmlExplanation({ explanation: alone });
    const pages = [
      writeTerminalExplanation(alone, PLAIN).join('\n'),
      writeMarkdownExplanation(alone).join('\n'),
      Array.isArray(html) ? '' : html.text,
    ];
    for (const page of pages) {
      expect(page.replaceAll(/\s+/g, ' ')).toContain('one more trial of the candidate under');
      expect(page).toContain(text);
      expect(page).not.toMatch(/reference|change|\| *\| *\d|<td><\/td>/);
    }
  });
});

describe('an explanation in Markdown', () => {
  it('is two tables in which nothing of the service is Markdown or HTML', () => {
    const text = writeMarkdownExplanation(FOUND).join('\n\n');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    // Heads included.
    expect(rows).toHaveLength(6);
    expect(rows.map((row) => row.replaceAll('\\|', '').split('|').length - 2)).toEqual([3, 3, 3, 3, 4, 4]);
    expect(rows[1]).toContain('24.9 ms parseHugeCatalogue src/catalogue.mjs:3<br>');
    expect(rows[1]).toContain('\\<script\\>\\|\\@<!-- -->all \\@<!-- -->s/p/…/on\\|timer.js:14');
    expect(rows[1]).toContain('export: POST 127.0.0.1/v1/traces at +24.8 ms');
    expect(rows[2]).toContain('| the same stack |');
    expect(rows[5]).toContain('| +125 | 131 | 6.1 |');
  });

  it('is a line where there is none', () => {
    expect(writeMarkdownExplanation(UNAVAILABLE)).toEqual(['no explanation: the \\<service\\> could not be profiled']);
    expect(writeMarkdownExplanation(null)).toEqual([]);
  });
});

describe('an explanation in HTML', () => {
  it('has every block with its whole stack, escaped', () => {
    const page = writeHtmlExplanation({ explanation: FOUND });
    const text = Array.isArray(page) ? '' : page.text;
    expect(text.match(/parseHugeCatalogue<\/code> src\/catalogue\.mjs:3/g)).toHaveLength(2);
    expect(text).toContain('<code>&lt;script&gt;|@all</code> node_modules/@s/p/build/src/on|timer.js:14');
    expect(text).toContain('<td>+125</td>');
    expect(text).not.toContain('<script>');
  });

  it('is a line where there is none', () => {
    const page = writeHtmlExplanation({ explanation: UNAVAILABLE });
    expect(Array.isArray(page) ? '' : page.text).toBe(
      '<p>no explanation: the &lt;service&gt; could not be profiled</p>',
    );
    expect(writeHtmlExplanation({ explanation: null })).toEqual([]);
  });
});
