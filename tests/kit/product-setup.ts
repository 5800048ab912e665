import { subscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { copyFolder, demoFolder } from './demo-folder.ts';
import { realEngines } from './engines-setup.ts';
import { ledgerKills } from './ledger-kills.ts';
import { runFolder } from './run-folder.ts';
import { projectEnded } from './run-order.ts';
import { startProduct } from './src/running-product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The product that most journeys and attacks share, with the demo workspace loaded: split in the projects that have split forms, else in one process. */
    readonly product: {
      readonly form: 'one' | 'split';
      readonly url: string;
      readonly dataDir: string;
      readonly pid: number;
      /** Where the real engines are that it stands on, by setting; none where it has embedded ones alone. */
      readonly engines: Readonly<Record<string, string>>;
    };
    /** A data folder with the demo alone, of a product that has stopped; empty on real engines. Who begins with it starts on a copy. */
    readonly demoFolder: string;
  }
}

/** `npm start -- --split --profile local`. */
const start = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const onLocalEngines = [start, '--split', '--profile', 'local'];

/** One product for all journeys; those that kill or restart start their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await runFolder(project, 'product-');
  // The mark of the run: this process is not one of the runner's workers, which have it already.
  const engines = project.name === 'set' ? realEngines() : {};
  const { TRIBUTARY_ENGINES_STATE } = engines;
  const env = {
    // The profile finds all of them there.
    ...(TRIBUTARY_ENGINES_STATE === undefined ? {} : { TRIBUTARY_ENGINES_STATE }),
    REQUESTS_PER_MINUTE: '100000',
    TMPDIR: project.config.env['TMPDIR'] ?? '',
  };
  const form = project.name === 'product' ? 'one' : 'split';
  const demo = project.name === 'set' ? '' : await demoFolder(project, env);
  if (demo !== '') await copyFolder(demo, dataDir);
  const command = TRIBUTARY_ENGINES_STATE === undefined ? {} : { command: onLocalEngines };
  const product = await startProduct({ form, dataDir, env, ...command });
  project.provide('product', { form, url: product.url, dataDir, pid: product.pid, engines });
  project.provide('demoFolder', demo);
  project.provide('ledgerKills', ledgerKills(2));
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    ending ??= product.stop().then((code) => {
      if (code !== 0)
        throw new Error(`Ctrl-C ended the product with ${code}: ${product.output().slice(-4_000)}`);
    });
    await ending;
  };
  // It polls while it idles. Whatever goes wrong in its end is told at the end of the run.
  subscribe(projectEnded, (name) => void (name === project.name && end().catch(() => undefined)));
  return end;
}
