import type { DemoWorkspace } from '@tributary/demo-workspace';
import { type Closing, createLogger, type Logger, runUntilSignal } from '@tributary/runtime';
import { banner } from './banner.ts';
import { type ProductConfig, readConfig } from './config.ts';
import { explainFault } from './explain-fault.ts';

export type Start = (
  config: ProductConfig,
  log: Logger,
  closing: Closing,
) => Promise<{ readonly url: string; readonly demo: DemoWorkspace | undefined }>;

/** Starts the product in one of its forms, prints the start block, runs until Ctrl-C. A start that fails says why in one sentence and exits with 1. */
export async function runProduct(start: Start): Promise<never> {
  let config: ProductConfig | undefined;
  try {
    const read = readConfig();
    config = read;
    const log = createLogger({ name: 'tributary', level: read.logLevel });
    await runUntilSignal(
      async (closing) => {
        const { url, demo } = await start(read, log, closing);
        process.stdout.write(banner(url, demo));
      },
      { log, drainMs: 20_000 },
    );
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explainFault(error, config)}\n`);
    process.exit(1);
  }
}
