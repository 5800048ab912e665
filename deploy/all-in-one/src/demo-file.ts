import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoWorkspace, loadDemo } from '@tributary/demo-workspace';
import { CodedError } from '@tributary/runtime';
import type { ProductConfig } from './config.ts';
import { keep, readKept } from './kept-file.ts';
import type { Started } from './started.ts';

const fileName = 'demo.json';

/**
 * A data folder that ever held the demo has accounts whose passwords everybody knows.
 * @throws CodedError CONFIG_INVALID when such a folder is about to be reachable from elsewhere.
 */
export function refuseExposedDemo({ dataDir, isPrivate }: ProductConfig): void {
  if (isPrivate || !existsSync(join(dataDir, fileName))) return;
  const message = `${dataDir} holds the demo workspace, whose passwords are published; set DATA_DIR to another folder, or start it on loopback and without NODE_ENV=production and TRUST_PROXY.`;
  throw new CodedError('CONFIG_INVALID', message);
}

/** Loads the demo workspace and keeps its sign-ins (mode 600) in the data folder, because the partner's key is shown again at each start. */
export async function loadKeptDemo(
  { url, setUpToken }: Started,
  { dataDir, signal }: { readonly dataDir: string; readonly signal: AbortSignal },
): Promise<DemoWorkspace> {
  const path = join(dataDir, fileName);
  const kept = await readKept<DemoWorkspace>(path);
  // Before there is anything to protect, so that a load cut short is known too.
  if (kept === undefined) await keep(path, {});
  const demo = await loadDemo({
    graphqlUrl: `${url}/graphql`,
    keptPartnerKey: kept?.partnerKey,
    setUpToken,
    signal,
  });
  await keep(path, demo);
  return demo;
}
