import type { Scenario } from '../runner/scenario.js';

/** What `npm start` runs: the same chat service without an exporter, with the stock ones, and with offloop. */
export const compare: Scenario = {
  name: 'compare',
  title: 'a chat service under load, by the way its spans leave',
  arms: ['control', 'batch-otlp-json', 'batch-otlp-protobuf', 'offloop'],
  load: { requestsPerSecond: 50, promptCharacters: 20_000, completionCharacters: 20_000 },
  sizes: {
    // 12 trials of about 9 s: the whole stays under two minutes.
    standard: { blockCount: 3, warmUpMillis: 1_500, measuredMillis: 5_500 },
    quick: { blockCount: 1, warmUpMillis: 1_000, measuredMillis: 4_000 },
    reference: { blockCount: 10, warmUpMillis: 2_000, measuredMillis: 8_000 },
  },
};
