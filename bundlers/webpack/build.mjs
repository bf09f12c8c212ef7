// node build.mjs esm|cjs
import webpack from 'webpack';

const isModule = process.argv[2] === 'esm';
const compiler = webpack({
  mode: 'production',
  target: 'node20',
  entry: './main.mjs',
  experiments: { outputModule: isModule },
  output: {
    path: new URL('dist', import.meta.url).pathname,
    filename: isModule ? 'service.mjs' : 'service.cjs',
    ...(isModule ? { library: { type: 'module' } } : {}),
  },
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
  compiler.close(() => {});
});
