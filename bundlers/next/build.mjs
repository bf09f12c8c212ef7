// node build.mjs --webpack|--turbopack [--bundle-all]: offloop stays outside of the bundle, or goes in.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';

const [bundler, bundleAll] = process.argv.slice(2);
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/next/dist/bin/next', 'build', bundler], {
  stdio: 'inherit',
  env: { ...process.env, BUNDLE_OFFLOOP: bundleAll === '--bundle-all' ? '1' : '0' },
});
copyFileSync('ask.mjs', 'dist/standalone/ask.mjs');
