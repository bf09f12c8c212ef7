// Loaded when it runs, so that the bundler makes a chunk of it.
const { runService } = await import('./service.mjs');
await runService();
