import type { EventLog } from '@tributary/engines/event-log';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { KeyValue } from '@tributary/engines/key-value';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { type Clock, Closing, createMetrics, type Logger, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import {
  type AssertionMinter,
  type AssertionVerifier,
  createAssertionMinter,
  createAssertionVerifier,
  type Subgraph,
} from '@tributary/subgraph-kit';
import { freshDatabase } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { buildGateway, type Gateway, type GatewaySettings, gatewaySettings } from '../../src/index.ts';
import { composedOnce } from './composed-once.ts';
import {
  type IdentityControls,
  identitySubgraph,
  makeSigningKey,
  type SigningKey,
} from './identity-subgraph.ts';
import { catalogSubgraph, reviewsSubgraph, type ShopControls } from './shop-subgraphs.ts';
import { silentLog } from './silent-log.ts';

export interface TestGatewayOptions {
  readonly settings?: Partial<GatewaySettings>;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Errors that `fail(how: "0")` and so on throw. */
  readonly forced?: readonly (() => unknown)[];
  /** Puts something else in the place of a subgraph: a remote one, one that fails. */
  readonly replace?: (
    subgraph: Subgraph,
    trust: { readonly minter: AssertionMinter; readonly verifier: AssertionVerifier },
  ) => Promise<Subgraph> | Subgraph;
  readonly keyValue?: (real: KeyValue) => KeyValue;
  /** Fills the log before the gateway reads it. */
  readonly beforeListening?: (eventLog: EventLog) => Promise<void>;
}

export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly gateway: Gateway;
  readonly signingKey: SigningKey;
  readonly identity: IdentityControls;
  readonly shop: ShopControls;
  readonly eventLog: EventLog;
  readonly minter: AssertionMinter;
}

/** A gateway on a free port over three real subgraphs of the kit, on embedded engines and a database of its own. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const {
    settings = {},
    clock = systemClock,
    log = silentLog,
    forced = [],
    replace = (subgraph) => subgraph,
    keyValue: wrapped = (real) => real,
  } = options;
  const closing = new Closing();
  const relational = closing.use('database', await freshDatabase());
  const eventLog = closing.use(
    'event log',
    await openEventLog('embedded:', { relational, log: silentLog, allowEmbedded: true }),
  );
  await eventLog.declareTopics(topicContracts());
  const keyValue = closing.use(
    'key-value',
    await openKeyValue('embedded:', { clock, relational, allowEmbedded: true }),
  );
  const pubSub = closing.use('pubsub', await openPubSub('embedded:', { relational, allowEmbedded: true }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const signingKey = await makeSigningKey('key-1');
  const identity: IdentityControls = {
    keySet: { status: 200, body: JSON.stringify({ keys: [signingKey.publicJwk] }) },
    keySetAsked: 0,
    apiKeysAsked: 0,
    workspacesAsked: 0,
    waitingFailsAfter: undefined,
    refusals: [],
    waiting: [],
    apiKeys: new Map(),
  };
  const shop: ShopControls = {
    resolved: 0,
    reviewsHold: undefined,
    reviewsCalls: 0,
    principals: [],
    doorRequests: [],
    json: null,
  };
  const built = [
    identitySubgraph(verifier, identity, forced),
    catalogSubgraph(verifier, shop),
    reviewsSubgraph(verifier, shop),
  ];
  const subgraphs = await Promise.all(built.map((subgraph) => replace(subgraph, { minter, verifier })));
  const gateway = await buildGateway({
    subgraphs,
    eventLog,
    keyValue: wrapped(keyValue),
    pubSub,
    cursors: createCursorCodec('a secret of at least sixteen bytes'),
    minter,
    verifier,
    settings: gatewaySettings({ defaultWorkspace: 'demo', ...settings }),
    clock,
    log,
    metrics: createMetrics(),
    compose: composedOnce,
  });
  await options.beforeListening?.(eventLog);
  const listening = closing.use('gateway', await gateway.listen({ port: 0, host: '127.0.0.1' }));
  return {
    url: listening.url,
    gateway,
    signingKey,
    identity,
    shop,
    eventLog,
    minter,
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into by tests.
  readonly body: any;
}

export async function ask(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

/** The code of the first error. */
export function codeOf(answer: Answer): string | undefined {
  return answer.body?.errors?.[0]?.extensions?.code ?? answer.body?.code;
}
