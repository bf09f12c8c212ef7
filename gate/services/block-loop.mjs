// Preloaded into a service: keeps its event loop busy for 30 ms three times a second, as an expensive callback would.
const BLOCK_MILLIS = 30;
const INTERVAL_MILLIS = 333;

setInterval(() => {
  const endMillis = performance.now() + BLOCK_MILLIS;
  while (performance.now() < endMillis);
}, INTERVAL_MILLIS).unref();
