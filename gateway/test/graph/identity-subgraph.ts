import { systemClock } from '@tributary/runtime';
import {
  type AssertionVerifier,
  buildSubgraph,
  type CallContext,
  type Door,
  type Subgraph,
} from '@tributary/subgraph-kit';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { silentLog } from './silent-log.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: Parameters<SignJWT['sign']>[0];
  readonly publicJwk: Record<string, unknown>;
}

export async function makeSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' } };
}

/** What a test turns on identity: how the key set answers, and what it was asked. */
export interface IdentityControls {
  keySet: { status: number; body: string };
  keySetAsked: number;
  apiKeysAsked: number;
  workspacesAsked: number;
  readonly refusals: { coordinate: string; code: string; principalKind: string }[];
  /** What identity has committed and the log does not have. */
  readonly waiting: Readonly<Record<string, string>>[];
  /** The row after which that cannot be read. */
  waitingFailsAfter: string | undefined;
  readonly apiKeys: Map<string, { id: string; role: string; scopes: string[] }>;
}

export const workspaceId = '0192e1a0-0000-7000-8000-000000000001';

const typeDefs = /* GraphQL */ `
  type Query {
    me: User @allow(to: ["SIGNED_IN"])
    auditLog: [String!] @allow(to: ["ADMIN"])
    addressSeen: String @allow(to: ["PUBLIC"])
    fail(how: String!): String @allow(to: ["PUBLIC"])
    verifyApiKey(secret: String!): VerifiedApiKey @inaccessible @allow(to: ["SERVICE"])
    resolveWorkspace(slug: String!): ResolvedWorkspace @inaccessible @allow(to: ["SERVICE"])
    waitingRevocations(after: String): [WaitingRevocation!]! @inaccessible @allow(to: ["SERVICE"])
  }
  type Mutation {
    recordRefusals(input: [RefusalInput!]!): Int! @inaccessible @allow(to: ["SERVICE"])
  }
  type User @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! name: String! }
  type VerifiedApiKey @inaccessible { id: ID! workspaceId: ID! role: String! scopes: [String!]! expiresAt: String }
  type WaitingRevocation @inaccessible { row: String! id: ID! type: String! workspaceId: ID! at: String! sessionId: ID userId: ID keyId: ID role: String }
  type ResolvedWorkspace @inaccessible { id: ID! slug: String! }
  input RefusalInput @inaccessible { workspaceId: ID! coordinate: String! code: String! principalKind: String! principalId: String! }
`;

export function identitySubgraph(
  verifier: AssertionVerifier,
  controls: IdentityControls,
  forced: readonly (() => unknown)[],
): Subgraph {
  const door: Door = {
    prefixes: ['/.well-known/jwks.json'],
    handle: async () => {
      controls.keySetAsked += 1;
      return {
        status: controls.keySet.status,
        headers: { 'content-type': 'application/json' },
        body: controls.keySet.body,
      };
    },
  };
  return buildSubgraph({
    name: 'identity',
    typeDefs,
    verifier,
    door,
    log: silentLog,
    onRefusal: () => undefined,
    createContext: (call) => call,
    ready: async () => undefined,
    resolvers: {
      Query: {
        me: (_parent: unknown, _args: unknown, { principal }: CallContext) => ({
          id: principal.id,
          name: `user ${principal.id}`,
        }),
        auditLog: () => ['one'],
        addressSeen: (_parent: unknown, _args: unknown, { clientAddress }: CallContext) =>
          clientAddress ?? null,
        fail: (_parent: unknown, { how }: { how: string }) => forced[Number(how)]?.(),
        verifyApiKey: (_parent: unknown, { secret }: { secret: string }) => {
          controls.apiKeysAsked += 1;
          const key = controls.apiKeys.get(secret);
          return key === undefined ? null : { ...key, workspaceId, expiresAt: null };
        },
        resolveWorkspace: (_parent: unknown, { slug }: { slug: string }) => {
          controls.workspacesAsked += 1;
          return slug === 'demo' ? { id: workspaceId, slug } : null;
        },
        waitingRevocations: (_parent: unknown, { after }: { after?: string }) => {
          if (after !== undefined && after === controls.waitingFailsAfter) throw new Error('unreadable');
          return controls.waiting.filter(({ row = '' }) => row > (after ?? '')).slice(0, 2);
        },
      },
      Mutation: {
        recordRefusals: (_parent: unknown, { input }: { input: IdentityControls['refusals'] }) => {
          controls.refusals.push(...input);
          return input.length;
        },
      },
      User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `user ${id}` }) },
    },
  });
}

export interface TokenOptions {
  readonly sub?: string;
  readonly role?: string | undefined;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: JWTPayload;
  readonly sessionId?: string;
}

/** An access token as identity makes them, and with whatever a test wants to be wrong with it. Claims set to undefined are left out. */
export async function accessToken(
  key: SigningKey,
  { sub = 'user-1', role, header = {}, claims = {}, sessionId = 'session-1' }: TokenOptions = {},
): Promise<string> {
  const nowSeconds = Math.floor(systemClock.now() / 1000);
  const payload = {
    iss: 'tributary',
    aud: 'tributary',
    sub,
    sid: sessionId,
    wid: workspaceId,
    role,
    iat: nowSeconds,
    exp: nowSeconds + 600,
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(key.privateKey);
}
