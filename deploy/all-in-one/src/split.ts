import { runProduct } from './run-product.ts';
import { startSplit } from './start-split.ts';

await runProduct(async (config, log, closing) => {
  const started = await startSplit(config, log, closing);
  // A part that ends by itself takes the rest down: what supervises this process starts it anew.
  started.firstEnd.then((name) => {
    log.error({ reason: `the process of ${name} ended` }, 'stopping');
    process.kill(process.pid, 'SIGTERM');
  });
  return started;
});
