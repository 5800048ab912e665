/** `npm start`: prepares, then runs the product. `--split`: each part as a process of its own. `--watch`: reloads on change. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const entry = join(root, 'deploy/all-in-one/dist', process.argv.includes('--split') ? 'split.js' : 'main.js');

if (process.argv.includes('--watch')) {
  const compiler = spawn(
    process.execPath,
    [join(root, 'node_modules/typescript-native/bin/tsc'), '-b', '--watch', '--preserveWatchOutput'],
    { cwd: root, stdio: 'inherit' },
  );
  const product = spawn(process.execPath, ['--watch', '--watch-preserve-output', entry], {
    cwd: root,
    stdio: 'inherit',
  });
  const stop = () => {
    compiler.kill('SIGTERM');
    product.kill('SIGTERM');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  product.on('exit', (code) => {
    compiler.kill('SIGTERM');
    process.exitCode = code ?? 1;
  });
} else {
  await import(entry);
}
