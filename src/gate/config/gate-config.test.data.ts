/** Nothing that may be left out. */
export const SMALLEST = {
  service: { command: 'node server.js', ready: { port: 3000 } },
  load: { url: 'http://127.0.0.1:3000/', requestsPerSecond: 50 },
  reference: { ref: 'origin/main' },
};

/** Every key. */
export const FULL = {
  $schema: 'anything',
  service: {
    command: 'npm start',
    env: { PORT: '3000', NODE_ENV: null },
    ready: { url: 'http://localhost:3000/health?deep=1' },
    readyTimeoutMillis: 5_000,
    program: 'server.js',
  },
  load: {
    url: 'https://[::1]:3000/chat',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    requestsPerSecond: 0.5,
    requestTimeoutMillis: 60_000,
  },
  reference: { variant: { env: { TRACING: 'off' }, command: 'npm run other' } },
  figures: {
    arrivalWeightedP99Millis: { absoluteMargin: 1, relativeMargin: 0.1, budget: 20 },
    utilization: { budget: 0.8 },
  },
  trial: { warmUpMillis: 0, measuredMillis: 2_500 },
  maxBlockCount: 6,
  timeBudgetMillis: 1_000,
  validity: {
    maxStarvedRatio: 1,
    maxFailedRequestRatio: 0,
    minAchievedRateRatio: 0.5,
    maxLatenessP99Millis: 0,
    maxStandstillMillis: 9,
  },
};
