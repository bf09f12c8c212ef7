import type { ArmName } from '../arms/index.js';
import type { Texts } from './finding.js';

/** What the two documents say of a scenario in which spans are flushed in the process of the service (M6). */
export interface AutoFlushFinding {
  /** As on the command line. */
  readonly scenario: string;
  readonly name: Texts;
}

export const AUTO_FLUSH_FINDINGS: readonly AutoFlushFinding[] = [
  {
    scenario: 'm6-auto-flush',
    name: { en: 'A chat service of 350 spans/s', vi: 'Dịch vụ chat tạo 350 span/s' },
  },
  {
    scenario: 'm6-auto-flush-busy',
    name: {
      en: 'The same, its loop busy with other work a third of the time',
      vi: 'Cũng dịch vụ đó, nhưng event loop bận việc khác một phần ba thời gian',
    },
  },
  {
    scenario: 'm6-auto-flush-one-core',
    name: { en: 'The same on one core', vi: 'Cũng dịch vụ đó, chỉ có một nhân CPU' },
  },
  {
    scenario: 'm6-auto-flush-100',
    name: { en: 'The same at 100 spans/s', vi: 'Cũng dịch vụ đó, 100 span/s' },
  },
  {
    scenario: 'm6-auto-flush-1000',
    name: { en: '1,000 observations/s of 4,000 characters', vi: '1.000 observation/s, mỗi observation 4.000 ký tự' },
  },
  {
    scenario: 'm6-auto-flush-spike',
    name: { en: '100 observations/s of 120,000 characters', vi: '100 observation/s, mỗi observation 120.000 ký tự' },
  },
];

/** The arms of these scenarios, for readers who have not met the lab. */
export const AUTO_FLUSH_ARMS: Readonly<Partial<Record<ArmName, Texts>>> = {
  control: { en: 'no exporter', vi: 'không có exporter' },
  'batch-otlp-json': {
    en: 'batch processor, default settings',
    vi: 'batch processor, cấu hình mặc định',
  },
  'langfuse-every-span': { en: '`LangfuseSpanProcessor`', vi: '`LangfuseSpanProcessor`' },
  'batch-otlp-json-tuned': { en: 'batch processor, small batches', vi: 'batch processor, batch nhỏ' },
  'batch-awaited': {
    en: 'batch processor, flushed at the end of each request',
    vi: 'batch processor, flush ở cuối mỗi request',
  },
  offloop: { en: 'offloop', vi: 'offloop' },
};
