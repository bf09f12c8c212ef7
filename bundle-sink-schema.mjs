// Makes dist/experiments/sink/otlp-schema.cjs: the official OTLP schema's generated decoder and what it runs on, so that
// `npx offloop sink` needs nothing installed. Runs after tsc.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { writeBundle } from './write-bundle.mjs';

const ROOT = dirname(fileURLToPath(import.meta.url));
const OUTPUT = join(ROOT, 'dist', 'experiments', 'sink', 'otlp-schema.cjs');

const bundle = await rolldown({
  input: join(ROOT, 'node_modules', 'otlp-schema', 'build', 'src', 'generated', 'root.js'),
  platform: 'node',
});
const { output } = await bundle.generate({ format: 'cjs', codeSplitting: false, minify: true, comments: false });
await bundle.close();
writeBundle(OUTPUT, output);
