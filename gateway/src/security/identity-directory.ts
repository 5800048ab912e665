import { CodedError, newId } from '@tributary/runtime';
import {
  type AssertionMinter,
  isRole,
  noWorkspaceId,
  type Principal,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { RightsChange } from './revoked-rights.ts';

export interface KnownApiKey {
  readonly principal: Principal;
  readonly expiresAtMs: number | undefined;
}

/** What the gateway asks identity, as a service. */
export interface IdentityDirectory {
  /** The key's principal; undefined when identity does not accept it. @throws CodedError SUBGRAPH_UNAVAILABLE */
  verifyApiKey(secret: string): Promise<KnownApiKey | undefined>;
  /** The workspace's id; undefined when there is none with this slug. @throws CodedError SUBGRAPH_UNAVAILABLE */
  resolveWorkspace(slug: string): Promise<string | undefined>;
  recordRefusals(refusals: readonly RecordedRefusal[]): Promise<void>;
  /** Changes of rights that the log does not have yet, page by page, oldest first. @throws CodedError SUBGRAPH_UNAVAILABLE */
  waitingRevocations(): AsyncIterable<readonly RightsChange[]>;
}

export interface RecordedRefusal {
  readonly workspaceId: string;
  readonly coordinate: string;
  readonly code: string;
  readonly principalKind: string;
  readonly principalId: string;
}

export interface IdentityDirectoryOptions {
  readonly identity: Pick<Subgraph, 'execute'>;
  readonly minter: AssertionMinter;
  readonly timeoutMs: number;
}

const gateway: Principal = Object.freeze({
  kind: 'service',
  id: 'gateway',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
});

export function createIdentityDirectory({
  identity,
  minter,
  timeoutMs,
}: IdentityDirectoryOptions): IdentityDirectory {
  const ask = async (
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const call = { query, variables, assertion: await minter.mint(gateway), requestId: newId(), signal };
      const { data, errors } = await Promise.race([identity.execute(call), overdue(signal)]);
      if (errors !== undefined || data === null || data === undefined)
        throw new Error(String(errors?.[0]?.extensions['code'] ?? 'no data'));
      return data;
    } catch (cause) {
      throw new CodedError(
        'SUBGRAPH_UNAVAILABLE',
        'Identity is away for a moment, so this credential cannot be checked.',
        { cause },
      );
    }
  };
  return {
    verifyApiKey: async (secret) => {
      const { verifyApiKey: found } = await ask(
        'query($secret: String!) { verifyApiKey(secret: $secret) { id workspaceId role scopes expiresAt } }',
        { secret },
      );
      return found === null ? undefined : apiKeyOf(found as Record<string, unknown>);
    },
    resolveWorkspace: async (slug) => {
      const { resolveWorkspace: found } = await ask(
        'query($slug: String!) { resolveWorkspace(slug: $slug) { id } }',
        { slug },
      );
      return found === null ? undefined : String((found as { id: unknown }).id);
    },
    recordRefusals: async (input) => {
      await ask('mutation($input: [RefusalInput!]!) { recordRefusals(input: $input) }', { input });
    },
    waitingRevocations: async function* () {
      for (let after: string | null = null; ; ) {
        const { waitingRevocations: page } = (await ask(
          'query($after: String) { waitingRevocations(after: $after) { row id type workspaceId sessionId userId keyId role } }',
          { after },
        )) as { waitingRevocations: readonly WaitingRevocation[] };
        const last = page.at(-1);
        if (last === undefined) return;
        yield page.map(rightsChange);
        after = last.row;
      }
    },
  };
}

interface WaitingRevocation {
  readonly row: string;
  readonly id: string;
  readonly type: string;
  readonly workspaceId: string;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly role: string | null;
}

function rightsChange({ id, type, workspaceId, ...whose }: WaitingRevocation): RightsChange {
  const { sessionId, userId, keyId, role } = whose;
  return {
    id,
    type,
    workspaceId,
    sessionId: sessionId ?? undefined,
    userId: userId ?? undefined,
    keyId: keyId ?? undefined,
    role,
  };
}

function apiKeyOf(found: Readonly<Record<string, unknown>>): KnownApiKey {
  const { id, workspaceId, role, scopes, expiresAt } = found;
  const principal: Principal = Object.freeze({
    kind: 'apiKey',
    id: String(id),
    workspaceId: String(workspaceId),
    role: isRole(role) ? role : null,
    scopes: Array.isArray(scopes) ? scopes.map(String) : [],
  });
  return { principal, expiresAtMs: typeof expiresAt === 'string' ? Date.parse(expiresAt) : undefined };
}

function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('identity did not answer in time')), {
      once: true,
    });
  });
}
