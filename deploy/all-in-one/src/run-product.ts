import { join } from 'node:path';
import { farHome } from '@tributary/engines/relational/embedded-home';
import { type Closing, type CodedError, type Logger, runProcess } from '@tributary/runtime';
import { banner } from './banner.ts';
import { type ProductConfig, readConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { refuseExposedDemo } from './demo-file.ts';
import { explainFullDisk } from './full-disk.ts';
import { checkEngineUrls } from './open-engines.ts';
import { requireFree } from './require-free.ts';
import type { Started } from './started.ts';

export interface StartParts {
  readonly log: Logger;
  readonly closing: Closing;
  /** From now on the data folder stays, also when the start fails. */
  readonly keepFolder: () => void;
  /** Ends the process in order, with this sentence and 1. */
  readonly fail: (error: CodedError) => void;
}

/** Starts everything but the demo, and answers where it listens. */
export type Start = (config: ProductConfig, parts: StartParts) => Promise<Started>;

/** Starts the product in one of its forms, prints the start block, runs until Ctrl-C. */
export async function runProduct(start: Start): Promise<never> {
  return runProcess({
    name: 'tributary',
    readConfig,
    start: async (config, parts) => {
      const { dataDir } = config;
      const { closing } = parts;
      // All that can be known before the first file is made.
      refuseExposedDemo(config);
      checkEngineUrls(config);
      await requireFree(config);
      const folder = closing.use('data folder', await openDataFolder(dataDir));
      await explainFullDisk(dataDir, async () => {
        const started = await start(config, { ...parts, keepFolder: folder.keep });
        folder.keep();
        const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
        const { startDemo } = await import('./start-demo.ts');
        const demo = await startDemo(started, { config, signal: closing.signal, say });
        closing.signal.throwIfAborted();
        const databaseDir = await farHome(join(dataDir, 'postgres'));
        const token = await started.setUpToken();
        const setUp = token === undefined ? undefined : { token, workspace: config.defaultWorkspace };
        process.stdout.write(banner({ url: started.url, dataDir, databaseDir, demo, setUp }));
      });
    },
    // Longer than a part of the split form takes at most.
    drainMs: 20_000,
  });
}
