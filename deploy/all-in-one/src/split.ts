import { runProduct } from './run-product.ts';
import { startSplit } from './start-split.ts';

await runProduct(async (config, parts) => {
  const started = await startSplit(config, parts);
  // The exit code is 1, so that what supervises this process starts it anew.
  void started.gaveUp.then(parts.fail);
  return started;
});
