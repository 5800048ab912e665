import { runProduct } from './run-product.ts';

await runProduct(async (config, parts) => {
  const { startSplit } = await import('./start-split.ts');
  const started = await startSplit(config, parts);
  // The exit code is 1, so that what supervises this process starts it anew.
  void started.gaveUp.then(parts.fail);
  return started;
});
