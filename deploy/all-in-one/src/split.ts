import { runProduct } from './run-product.ts';
import { startSplit } from './start-split.ts';

await runProduct(async (config, parts) => {
  const started = await startSplit(config, parts);
  void started.firstEnd.then((name) => {
    parts.log.error({ reason: `the process of ${name} ended` }, 'stopping');
    // Nothing catches this, so the rest is stopped in order and the exit code is 1: what supervises this process starts it anew.
    throw new Error(`the process of ${name} ended`);
  });
  return started;
});
