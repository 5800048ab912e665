import { createHash } from 'node:crypto';
import { openEventLog } from '@tributary/engines/event-log/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import {
  buildIdentity,
  defaultSettings,
  type IdentitySettings,
  openSetUp,
  startAuditProjection,
  startKeyRotation,
} from '@tributary/identity';
import { applyMigrations } from '@tributary/prisma';
import { Closing, createLogger, createMetrics, ManualClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  noWorkspaceId,
  type Principal,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import type { GraphQLFormattedError } from 'graphql';
import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';

export const stranger: Principal = {
  kind: 'anonymous',
  id: 'anonymous',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
};
export const gateway: Principal = {
  kind: 'service',
  id: 'gateway',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
};

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by the shape they asked for.
  readonly data: any;
  readonly errors: readonly GraphQLFormattedError[];
  /** The codes of all errors. */
  readonly codes: readonly unknown[];
}

export type RunningIdentity = Awaited<ReturnType<typeof runIdentity>>;

/** The identity subgraph on embedded engines, called with assertions as the gateway makes them, on a clock that tests own. */
export async function runIdentity(overrides: Partial<IdentitySettings> = {}) {
  const closing = new Closing();
  const clock = new ManualClock(Date.UTC(2026, 10, 1));
  const log = createLogger({ name: 'test', level: 'silent' });
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const outbox = await relationalOutbox(relational);
  const keyValue = closing.use('key-value', await openKeyValue('embedded:', { clock, relational }));
  const sealingKey = createHash('sha256').update('sealing').digest('base64');
  const settings = {
    ...defaultSettings,
    signUpOpen: true,
    operatorWorkspace: 'acme',
    sealingKey,
    ...overrides,
  };
  closing.use('rotation', await startKeyRotation({ relational, clock, log, ...settings }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const metrics = createMetrics();
  const serve = (served: IdentitySettings, figures = createMetrics()) => {
    const identity = buildIdentity({
      relational,
      keyValue,
      verifier,
      clock,
      log,
      metrics: figures,
      settings: served,
    });

    const ask = async (
      principal: Principal,
      query: string,
      variables: Record<string, unknown> = {},
      clientAddress?: string,
    ): Promise<Answer> => {
      const assertion = await minter.mint(principal);
      const { data, errors = [] } = await identity.execute({
        query,
        variables,
        assertion,
        requestId: 'r',
        clientAddress,
      });
      return {
        data,
        errors: errors.map((error) => error.toJSON()),
        codes: errors.map(({ extensions }) => extensions['code']),
      };
    };
    const keySet = async (): Promise<JSONWebKeySet> => {
      const request = {
        method: 'GET',
        path: '/.well-known/jwks.json',
        query: '',
        headers: {},
        body: new Uint8Array(),
        assertion: '',
        requestId: 'r',
      };
      const answer = await identity.door?.handle(request);
      return JSON.parse(String(answer?.body)) as JSONWebKeySet;
    };
    return { ask, identity, keySet };
  };
  const { ask, identity, keySet } = serve(settings, metrics);
  /** The same installation after a start with other settings. */
  const startedAgain = async (changed: Partial<IdentitySettings>) => {
    const settingsNow = { ...settings, ...changed };
    closing.use('rotation', await startKeyRotation({ relational, clock, log, ...settingsNow }));
    return serve(settingsNow);
  };
  const events = async (): Promise<readonly OutgoingEvent[]> => outbox.pending(10_000);
  /** Starts the audit projection on an embedded log; `relay` moves what is in the outbox to it, and answers how many events. */
  const audited = async () => {
    const eventLog = closing.use('event log', await openEventLog('embedded:', { relational, log }));
    const contracts = topicContracts();
    await eventLog.declareTopics(contracts);
    const topics = contracts.map(({ name }) => name);
    const audit = { relational, eventLog, clock, log, metrics, sealingKey, topics };
    closing.use('audit', await startAuditProjection(audit));
    const relay = async (): Promise<number> => {
      const pending = await outbox.pending(10_000);
      for (const { topic, event } of pending) await eventLog.append(topic, [event]);
      await outbox.forget(pending);
      return pending.length;
    };
    return { eventLog, relay };
  };
  const setUpToken = await openSetUp({ relational, ...settings });
  return {
    ask,
    audited,
    clock,
    events,
    identity,
    keySet,
    metrics,
    minter,
    relational,
    setUpToken,
    settings,
    startedAgain,
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}
