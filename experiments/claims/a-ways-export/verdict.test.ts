import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { EXPORT_CASE_NAMES } from './cases.js';
import { judgeWaysExport } from './verdict.js';

const DROPPED_MICROS = 1_000;

const judge = (added: { byHand: number; wrapped: number; offloop?: number }) =>
  judgeWaysExport(
    estimateFrom(
      Object.fromEntries(
        EXPORT_CASE_NAMES.map((name) => {
          const own = name.startsWith('A1b') ? added.byHand : added.wrapped;
          const sentMicros = name.endsWith('langfuse') ? own : name.endsWith('offloop') ? (added.offloop ?? 20) : 0;
          return [name, { cpuMicros: DROPPED_MICROS + sentMicros }];
        }),
      ),
    ),
  );

describe('the verdict of ways-export', () => {
  it('holds where the export costs about the same whatever made the spans', () => {
    const { status, sentence, vietnameseSentence } = judge({ byHand: 400, wrapped: 420 });
    expect(status).toBe('holds');
    expect(sentence).toContain('LangfuseSpanProcessor adds 420 µs (');
    expect(sentence).toContain('through offloop 20 µs (');
    expect(vietnameseSentence).toContain('gửi qua LangfuseSpanProcessor cộng thêm 420 µs (');
    expect(vietnameseSentence).toContain('qua offloop là 20 µs (');
  });

  it('holds in another form where the ways differ', () => {
    expect(judge({ byHand: 400, wrapped: 900 }).status).toBe('holds in another form');
    expect(judge({ byHand: 900, wrapped: 400 }).status).toBe('holds in another form');
  });

  it('can not tell where an export adds nothing', () => {
    expect(judge({ byHand: 0, wrapped: 400 }).status).toBe('cannot tell');
    expect(judge({ byHand: 400, wrapped: -5 }).status).toBe('cannot tell');
  });
});
