import { createLogger, runUntilSignal } from '@tributary/runtime';
import { banner } from './banner.ts';
import { type ProductConfig, readConfig } from './config.ts';
import { explainFault } from './explain-fault.ts';
import { startProduct } from './start-product.ts';

let config: ProductConfig | undefined;
try {
  config = readConfig();
  const read = config;
  const log = createLogger({ name: 'tributary', level: read.logLevel });
  await runUntilSignal(
    async (closing) => {
      const { url, demo } = await startProduct(read, log, closing);
      process.stdout.write(banner(url, demo));
    },
    { log, drainMs: 20_000 },
  );
  process.exit(0);
} catch (error) {
  process.stderr.write(`${explainFault(error, config)}\n`);
  process.exit(1);
}
