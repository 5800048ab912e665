import type { EventLog } from '@tributary/engines/event-log';
import type { KeyValue } from '@tributary/engines/key-value';
import { type Clock, CodedError, type Counter, type Logger, newId } from '@tributary/runtime';
import {
  type AssertionMinter,
  type AssertionVerifier,
  noWorkspaceId,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { GatewaySettings } from '../config.ts';
import { createAccessTokenVerifier, tokenToleranceMs } from './access-token.ts';
import { AddressTries, questionLimits } from './address-tries.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { createIdentityDirectory } from './identity-directory.ts';
import { createIdentityKeys, type IdentityKeysOptions, keySetPath } from './identity-keys.ts';
import { createRateLimiter, type RateLimiter } from './rate-limit.ts';
import { createRefusalReports, type RefusalReports } from './refusal-reports.ts';
import { createRevocationWatch, type RevocationWatch } from './revocation-watch.ts';
import { UnderWay } from './under-way.ts';

export interface TrustOptions {
  readonly subgraphs: readonly Subgraph[];
  readonly eventLog: EventLog;
  readonly keyValue: KeyValue;
  readonly minter: AssertionMinter;
  readonly verifier: AssertionVerifier;
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Counts refusals that no audit log will show. */
  readonly refusalsLost: Counter;
}

/** Everything that decides who is asking, whether that still holds, and how often they may. */
export interface Trust {
  readonly authenticator: Authenticator;
  readonly revocations: RevocationWatch;
  readonly rateLimiter: RateLimiter;
  /** The try of one request of an address. */
  triesOf(address: string): AddressTries;
  readonly refusals: RefusalReports;
}

/** @throws CodedError CONFIG_INVALID without a subgraph named identity. */
export function createTrust(options: TrustOptions): Trust {
  const { subgraphs, settings, minter, clock, log } = options;
  const identity = subgraphs.find(({ name }) => name === 'identity');
  if (identity === undefined)
    throw new CodedError('CONFIG_INVALID', 'A gateway needs a subgraph named identity.');
  const directory = createIdentityDirectory({
    identity,
    minter,
    timeoutMs: settings.traffic.subgraphTimeoutMs,
  });
  const revocations = createRevocationWatch({
    eventLog: options.eventLog,
    clock,
    log,
    // A token is issued at the beginning of a second, and passes for the tolerance after its end.
    credentialLifetimeMs: settings.accessTokenLifetimeMs + tokenToleranceMs + 1_000,
    onKeyRevoked: (keyId) => authenticator.forgetApiKey(keyId),
    waiting: () => directory.waitingRevocations(),
  });
  const keys = createIdentityKeys({ ask: askDoor(identity, minter), clock, log });
  const authenticator = createAuthenticator({
    verifyToken: createAccessTokenVerifier({ keys, clock, lifetimeMs: settings.accessTokenLifetimeMs }),
    directory,
    revocations,
    assertions: options.verifier,
    defaultWorkspace: settings.defaultWorkspace,
    clock,
  });
  const { keyValue } = options;
  const rateLimiter = createRateLimiter({
    keyValue,
    requestsPerMinute: settings.requestsPerMinute,
    clock,
    log,
  });
  const questions = new UnderWay(questionLimits);
  return {
    authenticator,
    revocations,
    rateLimiter,
    triesOf: (address) => new AddressTries({ rateLimiter, questions, address }),
    refusals: createRefusalReports({ directory, log, lost: options.refusalsLost }),
  };
}

/** Identity's own door, the same whether it lives in this process or in another. */
function askDoor(identity: Subgraph, minter: AssertionMinter): IdentityKeysOptions['ask'] {
  return async ({ method, path }) => {
    if (identity.door?.prefixes.includes(keySetPath) !== true)
      throw new CodedError('CONFIG_INVALID', 'Identity publishes no key set.');
    const assertion = await minter.mint({
      kind: 'service',
      id: 'gateway',
      workspaceId: noWorkspaceId,
      role: null,
      scopes: null,
    });
    return identity.door.handle({
      method,
      path,
      query: '',
      headers: {},
      body: new Uint8Array(),
      assertion,
      requestId: newId(),
    });
  };
}
