import type { DemoWorkspace } from '@tributary/demo-workspace';
import { type Closing, type Logger, runProcess } from '@tributary/runtime';
import { banner } from './banner.ts';
import { type ProductConfig, readConfig } from './config.ts';
import { refuseExposedDemo } from './demo-file.ts';

export type Start = (
  config: ProductConfig,
  log: Logger,
  closing: Closing,
) => Promise<{ readonly url: string; readonly demo: DemoWorkspace | undefined }>;

/** Starts the product in one of its forms, prints the start block, runs until Ctrl-C. */
export async function runProduct(start: Start): Promise<never> {
  return runProcess({
    name: 'tributary',
    readConfig,
    start: async (config, { log, closing }) => {
      refuseExposedDemo(config);
      const { url, demo } = await start(config, log, closing);
      process.stdout.write(banner(url, demo));
    },
    // Longer than a part of the split form takes at most.
    drainMs: 20_000,
  });
}
