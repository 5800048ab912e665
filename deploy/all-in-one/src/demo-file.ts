import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DemoWorkspace, loadDemo } from '@tributary/demo-workspace';

/** Loads the demo workspace and keeps its sign-ins (mode 600) in the data folder, because the partner's key is shown again at each start. */
export async function loadKeptDemo(url: string, dataDir: string): Promise<DemoWorkspace> {
  const path = join(dataDir, 'demo.json');
  const kept = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Partial<DemoWorkspace>,
    () => undefined,
  );
  const demo = await loadDemo({ graphqlUrl: `${url}/graphql`, keptPartnerKey: kept?.partnerKey });
  await writeFile(path, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  return demo;
}
