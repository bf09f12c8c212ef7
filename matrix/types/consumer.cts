import offloop = require('offloop');

export const processor: offloop.WorkerSpanProcessor = new offloop.WorkerSpanProcessor();
// @ts-expect-error is no option
new offloop.WorkerSpanProcessor({ maxQueueLength: 1 });
