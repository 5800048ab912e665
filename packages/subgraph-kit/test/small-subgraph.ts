import { CodedError, createLogger, currentRunId, ManualClock } from '@tributary/runtime';
import { exportJWK, generateKeyPair } from 'jose';
import { createAssertionMinter, createAssertionVerifier } from '../src/assertion.ts';
import { buildSubgraph } from '../src/build-subgraph.ts';
import type { SubgraphCall } from '../src/call.ts';
import type { Principal } from '../src/principal.ts';

export const anonymous: Principal = {
  kind: 'anonymous',
  id: 'anonymous',
  workspaceId: 'w1',
  role: null,
  scopes: null,
};
export const viewer: Principal = { kind: 'user', id: 'u1', workspaceId: 'w1', role: 'VIEWER', scopes: null };
export const editor: Principal = { ...viewer, id: 'u2', role: 'EDITOR' };

export const typeDefs = /* GraphQL */ `
  type Query {
    airport: Airport @allow(to: ["PUBLIC"])
    secrets: [Secret!]! @allow(to: ["EDITOR"], scope: "data:read")
    broken: String @allow(to: ["PUBLIC"])
    conflict: String @allow(to: ["PUBLIC"])
    found(anything: Anything, name: String, where: FoundWhere, steps: [Step!]): String @allow(to: ["PUBLIC"])
    foundByItself(name: String): String @allow(to: ["PUBLIC"])
    foundByEditors(name: String): String @allow(to: ["EDITOR"])
  }
  type Mutation { work(name: String!): String @allow(to: ["PUBLIC"]) }
  scalar Anything
  input FoundWhere { and: [FoundWhere!] name: String tags: [String!] }
  input Step { event: String where: FoundWhere }
  type Airport @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! name: String secret: Secret }
  type Secret @key(fields: "id") @allow(to: ["EDITOR"], scope: "data:read") { id: ID! text: String! }
`;

const told = (_root: unknown, args: object): string => JSON.stringify(args);

/** A subgraph with something public and something secret, and the keys to call it as anybody. */
export async function smallSubgraph() {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const refusals: string[] = [];
  const prepared: unknown[][] = [];
  const worked: string[] = [];
  /** Called while a piece of work is done. */
  const onWork = { next: async (): Promise<void> => undefined };
  const subgraph = buildSubgraph({
    name: 'small',
    typeDefs,
    resolvers: {
      Query: {
        airport: () => ({ id: 'a1', name: 'Detroit', secret: { id: 's1', text: 'hidden' } }),
        secrets: () => [{ id: 's1', text: 'hidden' }],
        broken: () => {
          throw new Error('connection to 10.0.0.7:5432 refused, password canary');
        },
        found: told,
        foundByItself: told,
        foundByEditors: told,
        conflict: () => {
          throw new CodedError('CONFLICT', 'There is one already.', { details: { field: 'iata' } });
        },
      },
      Mutation: {
        work: async (_root: unknown, { name }: { name: string }) => {
          worked.push(name);
          await onWork.next();
          return name;
        },
      },
      Secret: {
        __resolveReference: ({ id }: { id: string }) => {
          if (id === 'lost') throw new CodedError('CONFLICT', 'This one cannot be entered.');
          return id === 'later' ? Promise.resolve({ id, text: 'hidden' }) : { id, text: 'hidden' };
        },
      },
    },
    prepareEntities: async (representations) => {
      prepared.push(representations.map(({ id }) => id));
    },
    ownTextChecks: new Set(['Query.foundByItself']),
    createContext: (call) => call,
    verifier,
    onRefusal: (_principal, coordinate, refusal) => refusals.push(`${coordinate} ${refusal.code}`),
    log: createLogger({ name: 'test', level: 'silent' }),
    ready: async () => undefined,
    door: {
      prefixes: ['/run'],
      handle: async () => {
        await Promise.resolve();
        return { status: 200, headers: {}, body: currentRunId() ?? 'nobody' };
      },
    },
  });
  const ask = async (principal: Principal, query: string, more: Partial<SubgraphCall> = {}) =>
    subgraph.execute({ query, assertion: await minter.mint(principal), requestId: 'r1', ...more });
  return { ask, clock, minter, onWork, pair, prepared, refusals, subgraph, worked };
}
