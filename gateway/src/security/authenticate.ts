import { createHash } from 'node:crypto';
import { type Clock, CodedError } from '@tributary/runtime';
import type { AssertionVerifier, Principal } from '@tributary/subgraph-kit';
import { noWorkspaceId } from '@tributary/subgraph-kit/principal';
import { BoundedCache } from '../planning/bounded-cache.ts';
import type { Authenticated } from './access-token.ts';
import type { Asker } from './address-tries.ts';
import type { IdentityDirectory, KnownApiKey } from './identity-directory.ts';
import type { Revocations } from './revocation-watch.ts';
import { SharedQuestion } from './shared-question.ts';

/** What a request shows of itself. Header values as received. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Slug from the `Tributary-Workspace` header: where a stranger looks around. Tokens and keys carry their own, which it must not contradict. */
  readonly workspace?: string | undefined;
  /** Another process of ours, on behalf of the principal it names. */
  readonly assertion?: string | undefined;
}

export interface Authenticator {
  /**
   * Who is asking. Without a credential: the anonymous principal of the workspace addressed. Identity is asked through `asker` about what never
   * held here; what did is asked for again, when it has been remembered for long enough, whatever its address has left.
   * @throws CodedError UNAUTHENTICATED for any credential that does not hold (never silently anonymous), NOT_FOUND for an unknown
   * workspace, FORBIDDEN for a workspace that is not the credential's, SUBGRAPH_UNAVAILABLE when identity has to be asked and is away, and as
   * `asker` does.
   */
  authenticate(credentials: Credentials, asker: Asker): Promise<Authenticated>;
  /** Forgets what is remembered of a key, so that identity is asked again. */
  forgetApiKey(keyId: string): void;
}

export interface AuthenticatorOptions {
  readonly verifyToken: (token: string) => Promise<Authenticated>;
  readonly directory: IdentityDirectory;
  readonly revocations: Revocations;
  readonly assertions: AssertionVerifier;
  readonly defaultWorkspace: string | undefined;
  readonly clock: Clock;
}

interface Remembered<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

interface KnownWorkspace extends Remembered<string> {
  /** When identity said so. */
  readonly toldAtMs: number;
  /** Identity was away when it was asked again. */
  readonly isOverdue: boolean;
}

interface ShownKey {
  readonly secret: string;
  readonly hash: string;
}

const apiKeyMs = 60_000;
/** Wrong keys are remembered for a short time only, and few of them: they are free to make. */
const unknownKeyMs = 5_000;
const workspaceMs = 60_000;
/** As signing keys: while identity is away, what it said before holds. */
const believedMs = 24 * 3_600_000;
/** Until identity, which was away, is asked again. */
const againMs = 1_000;
const slug = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const apiKeyPattern = /^trb_[0-9A-Za-z_]{16,200}$/;

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { verifyToken, directory, revocations, assertions, defaultWorkspace, clock } = options;
  const keys = new BoundedCache<Remembered<KnownApiKey>>(10_000);
  const unknownKeys = new BoundedCache<Remembered<true>>(1_000);
  const workspaces = new BoundedCache<KnownWorkspace>(1_000);
  const askedKeys = new SharedQuestion<KnownApiKey>();
  const askedWorkspaces = new SharedQuestion<string | undefined>();

  const byApiKey = async (secret: string, asker: Asker): Promise<Authenticated> => {
    const nowMs = clock.now();
    // The secret itself is never kept: a dump of this process's memory holds hashes.
    const hash = createHash('sha256').update(secret).digest('base64');
    const remembered = keys.get(hash);
    const known =
      fresh(remembered, nowMs) ?? (await askForKey({ secret, hash }, remembered ? undefined : asker));
    if (known.expiresAtMs !== undefined && known.expiresAtMs <= clock.now()) throw badKey();
    const { principal, expiresAtMs } = known;
    if (revocations.isRevoked(principal)) throw badKey();
    return { principal, expiresAtMs };
  };
  const askForKey = (key: ShownKey, asker: Asker | undefined): Promise<KnownApiKey> => {
    if (!apiKeyPattern.test(key.secret) || fresh(unknownKeys.get(key.hash), clock.now()) !== undefined)
      throw badKey();
    return askedKeys.ask(key.hash, () => verified(key), asker);
  };
  const verified = async ({ secret, hash }: ShownKey): Promise<KnownApiKey> => {
    const found = await directory.verifyApiKey(secret);
    // Revoked while identity was asked: what it said before is not remembered.
    if (found !== undefined && !revocations.isRevoked(found.principal)) {
      keys.set(hash, { value: found, untilMs: clock.now() + apiKeyMs });
      return found;
    }
    keys.delete(hash);
    unknownKeys.set(hash, { value: true, untilMs: clock.now() + unknownKeyMs });
    throw badKey();
  };
  const byToken = async (token: string): Promise<Authenticated> => {
    const authenticated = await verifyToken(token);
    refuseRevoked(authenticated);
    return authenticated;
  };
  const refuseRevoked = ({ principal }: Authenticated): void => {
    if (revocations.isRevoked(principal)) throw rightsEnded();
  };
  const workspaceId = async (named: string | undefined, asker: Asker): Promise<string> => {
    const name = named ?? defaultWorkspace;
    if (name === undefined) return noWorkspaceId;
    if (!slug.test(name)) throw noWorkspace();
    const remembered = workspaces.get(name);
    const nowMs = clock.now();
    const known = fresh(remembered, nowMs);
    if (known !== undefined) return known;
    const isTried = named !== undefined && remembered === undefined;
    const asked = resolved(name, isTried ? asker : undefined);
    const believed =
      remembered !== undefined && remembered.toldAtMs + believedMs > nowMs ? remembered : undefined;
    if (believed?.isOverdue === true) {
      // Nobody waits for who was away a second ago.
      asked.catch(() => undefined);
      return believed.value;
    }
    const id = await asked.catch((error: unknown) => {
      if (believed === undefined || !passes(error)) throw error;
      return believed.value;
    });
    if (id === undefined && named !== undefined) throw noWorkspace();
    return id ?? noWorkspaceId;
  };
  /** Asks identity; what it told before stays where it is away. */
  const resolved = async (name: string, asker: Asker | undefined): Promise<string | undefined> => {
    try {
      const id = await askedWorkspaces.ask(name, () => directory.resolveWorkspace(name), asker);
      const nowMs = clock.now();
      if (id === undefined) workspaces.delete(name);
      else
        workspaces.set(name, { value: id, untilMs: nowMs + workspaceMs, toldAtMs: nowMs, isOverdue: false });
      return id;
    } catch (error) {
      const remembered = workspaces.get(name);
      if (remembered !== undefined && passes(error))
        workspaces.set(name, { ...remembered, untilMs: clock.now() + againMs, isOverdue: true });
      throw error;
    }
  };
  return {
    authenticate: async ({ assertion, authorization, apiKey, workspace }, asker) => {
      if (assertion !== undefined)
        return { principal: await assertions.verify(assertion), expiresAtMs: undefined };
      const bearer = authorization === undefined ? undefined : bearerOf(authorization);
      if (apiKey !== undefined && bearer !== undefined && bearer !== apiKey) {
        throw new CodedError('UNAUTHENTICATED', 'Send one credential: an access token or an API key.');
      }
      const shown = bearer ?? apiKey?.trim();
      if (shown === undefined)
        return {
          principal: stranger(await workspaceId(workspace, asker)),
          expiresAtMs: undefined,
        };
      const isKey = apiKey !== undefined || shown.startsWith('trb_');
      const authenticated = await (isKey ? byApiKey(shown, asker) : byToken(shown));
      if (workspace === undefined) return authenticated;
      if ((await workspaceId(workspace, asker)) !== authenticated.principal.workspaceId)
        throw otherWorkspace();
      // Identity may have been asked since: what was revoked meanwhile found nothing to end.
      refuseRevoked(authenticated);
      return authenticated;
    },
    forgetApiKey: (keyId) => keys.deleteWhere(({ value }) => value.principal.id === keyId),
  };
}

/** RFC 6750 §2.1. The scheme's case and the space around the token do not matter. */
function bearerOf(authorization: string): string {
  const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new CodedError(
      'UNAUTHENTICATED',
      'The Authorization header must be: Bearer <access token or API key>.',
    );
  return token;
}

function fresh<Value>(remembered: Remembered<Value> | undefined, nowMs: number): Value | undefined {
  return remembered !== undefined && remembered.untilMs > nowMs ? remembered.value : undefined;
}

/** It says nothing of what was asked about. */
function passes(error: unknown): boolean {
  return error instanceof CodedError && error.retryable;
}

function stranger(workspace: string): Principal {
  return Object.freeze({
    kind: 'anonymous',
    id: 'anonymous',
    workspaceId: workspace,
    role: null,
    scopes: null,
  });
}

function badKey(): CodedError {
  return new CodedError('UNAUTHENTICATED', 'The API key is not valid.');
}

/** Answering for the one workspace who asked for the other would be worse than any error. */
function otherWorkspace(): CodedError {
  return new CodedError(
    'FORBIDDEN',
    'The credential is for another workspace than Tributary-Workspace names; leave the header out, or use switchWorkspace.',
  );
}

function noWorkspace(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no such workspace.');
}

/** @returns the refusal of whoever shows what was taken away from them. */
export function rightsEnded(): CodedError {
  return new CodedError('UNAUTHENTICATED', 'The session has ended, or its rights have changed.');
}
