import { createGraphClient, demoLoader, demoSignIns, loadDemo } from '@tributary/demo-workspace';
import { occupantsOf, verifyApiKey } from '@tributary/identity';
import { systemClock as clock, progress } from '@tributary/runtime';
import type { ProductConfig } from './config.ts';
import { type KeptDemo, keepDemo, keepDemoBegun, keptDemo } from './demo-file.ts';
import { isDiskFull } from './full-disk.ts';
import { withLeanHeap } from './lean-heap.ts';
import type { Started } from './started.ts';

/** Of the demo what the start block says: who can sign in now, and what this start loaded. */
export interface DemoAccess {
  readonly signIns: readonly OpenSignIn[];
  readonly partnerKey: string | undefined;
  readonly loaded: { readonly airports: number; readonly flights: number } | undefined;
}

interface OpenSignIn {
  readonly email: string;
  readonly password: string;
  readonly role: string;
}

export interface DemoStart {
  readonly config: ProductConfig;
  readonly signal: AbortSignal;
  /** Prints a sentence for whoever started the product. */
  readonly say: (sentence: string) => void;
}

/**
 * Loads the demo into an installation that nobody uses yet, or completes the load that made its only accounts; otherwise leaves everything as
 * people left it (decision 100). A load that fails is told, and the product serves without it.
 * @throws when the start is cut short, or the disk is full
 */
export async function startDemo(started: Started, start: DemoStart): Promise<DemoAccess | undefined> {
  const { config, signal, say } = start;
  if (!config.demo) return undefined;
  try {
    const loaded = (await mayLoad(started, start)) ? await load(started, start) : undefined;
    return await accessOf(started, start, loaded);
  } catch (fault) {
    if (signal.aborted || (await isDiskFull(config.dataDir))) throw fault;
    const reason = fault instanceof Error ? fault.message : String(fault);
    say(
      `The demo is not loaded, and everything else works: ${reason} The next start tries again; DEMO=off leaves the demo out.`,
    );
    return undefined;
  }
}

async function mayLoad({ relational }: Started, { config, say }: DemoStart): Promise<boolean> {
  const known = demoSignIns.map(({ email }) => email);
  const occupants = await occupantsOf(relational, known);
  const kept = await keptDemo(config.dataDir);
  if (occupants === 'nobody' || (occupants === 'known' && kept === 'begun')) return true;
  if (config.demoAsked && !isLoaded(kept))
    say(
      'DEMO=on changes nothing here: the demo is loaded into an installation that nobody uses yet; set DATA_DIR to another folder to have one.',
    );
  return false;
}

function isLoaded(kept: KeptDemo): kept is Exclude<KeptDemo, string> {
  return typeof kept === 'object';
}

async function load(
  { url, minter, setUpToken }: Started,
  { config, signal }: DemoStart,
): Promise<DemoAccess['loaded']> {
  await keepDemoBegun(config.dataDir);
  const options = { graphqlUrl: `${url}/graphql`, minter, setUpToken: await setUpToken(), clock, signal };
  const demo = await withLeanHeap(() => progress('Loading the demo', loadDemo(options)));
  await keepDemo(config.dataDir, demo);
  return demo;
}

/** What still opens of what was published, as strangers are told; undefined when nothing does. */
async function accessOf(
  { url, minter, relational }: Started,
  { config, signal }: DemoStart,
  loaded: DemoAccess['loaded'],
): Promise<DemoAccess | undefined> {
  const kept = await keptDemo(config.dataDir);
  if (!isLoaded(kept)) return undefined;
  const graph = createGraphClient({ graphqlUrl: `${url}/graphql`, minter, signal });
  const { demoSignIns: signIns } = await graph<{ demoSignIns: readonly OpenSignIn[] }>(
    '{ demoSignIns { email password role } }',
    {},
    demoLoader,
  );
  const key = kept.partnerKey;
  const holds = key !== undefined && (await verifyApiKey({ relational, clock }, key)) !== undefined;
  const partnerKey = holds ? key : undefined;
  return signIns.length === 0 && partnerKey === undefined ? undefined : { signIns, partnerKey, loaded };
}
