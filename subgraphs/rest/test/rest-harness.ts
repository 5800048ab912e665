import { buildSubgraphSchema } from '@apollo/subgraph';
import { applyMigrations } from '@tributary/prisma';
import { createLogger, ManualClock, newId } from '@tributary/runtime';
import { restOperationFiles } from '@tributary/schema';
import {
  type AssertionVerifier,
  allowanceOf,
  createAssertionMinter,
  createAssertionVerifier,
  type DoorResponse,
  type GraphExecutor,
  type Principal,
  refusalOf,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import { type FormattedExecutionResult, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { buildRest, savedOperations } from '../src/index.ts';
import { smallGraph } from './small-graph.ts';

const workspaceId = '01938f6e-0000-7000-8000-000000000001';
export const anonymous: Principal = {
  kind: 'anonymous',
  id: 'anonymous',
  workspaceId,
  role: null,
  scopes: null,
};
export const viewer: Principal = { ...anonymous, kind: 'user', id: 'viewer', role: 'VIEWER' };
export const editor: Principal = { ...viewer, id: 'editor', role: 'EDITOR' };
export const admin: Principal = { ...viewer, id: 'admin', role: 'ADMIN' };

export interface Sent {
  readonly as?: Principal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is bytes or text already. */
  readonly body?: unknown;
}

export const airport = {
  iata: 'ZZY',
  name: 'Foothills Field',
  city: 'Golden',
  state: 'CO',
  country: 'USA',
  latitude: 39.71,
  longitude: -105.21,
};

/** The REST subgraph over a real small graph in a database of its own. `around` may stand between it and the graph. */
export async function restHarness(around: (execute: GraphExecutor) => GraphExecutor = (execute) => execute) {
  const relational = await migratedDatabase(applyMigrations);
  const clock = new ManualClock(Date.UTC(2026, 10, 22, 12));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const graph = await smallGraph({ relational, verifier, clock });
  const schema = buildSubgraphSchema([{ typeDefs: parse(graph.sdl) }]);
  const operations = savedOperations(restOperationFiles()).filter(({ route }) => route.tag === 'Airports');
  const rest = buildRest({
    relational,
    operations,
    verifier,
    clock,
    execute: around(
      async (call) =>
        (await refusedEarly(call, schema, verifier)) ??
        ((await graph.execute(call)) as FormattedExecutionResult),
    ),
    apiSchema: async () => schema,
    onRefusal: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  const send = async (method: string, target: string, { as = editor, headers = {}, body }: Sent = {}) => {
    const [path = '', query = ''] = target.split('?', 2);
    const bytes =
      body instanceof Uint8Array
        ? body
        : new TextEncoder().encode(
            body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
          );
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await rest.door?.handle({
      method,
      path,
      query,
      headers: { ...type, ...headers },
      body: bytes,
      assertion: await minter.mint(as),
      requestId: newId(),
    });
    if (response === undefined) throw new TypeError('the subgraph has no door');
    return answer(response);
  };
  const ask = async (query: string, variables: Record<string, unknown>, as: Principal) =>
    rest.execute({ query, variables, assertion: await minter.mint(as), requestId: newId() });
  return {
    send,
    ask,
    relational,
    clock,
    rest,
    operations,
    schema,
    async [Symbol.asyncDispose]() {
      await rest[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

/** What the gateway does before anything else: root fields are refused by `@allow`, whatever directives they carry. */
async function refusedEarly(
  { query, assertion }: Parameters<GraphExecutor>[0],
  schema: GraphQLSchema,
  verifier: AssertionVerifier,
): Promise<FormattedExecutionResult | undefined> {
  const operation = getOperationAST(parse(query));
  const principal = await verifier.verify(assertion);
  for (const selection of operation?.selectionSet.selections ?? []) {
    if (operation?.operation !== 'mutation' || selection.kind !== 'Field') continue;
    const field = schema.getMutationType()?.getFields()[selection.name.value];
    const allowance = field === undefined ? undefined : allowanceOf(field);
    const refusal = allowance === undefined ? undefined : refusalOf(principal, allowance);
    if (refusal !== undefined)
      return {
        errors: [{ message: refusal.message, extensions: { code: refusal.code, ...refusal.details } }],
      };
  }
  return undefined;
}

function answer({ status, headers, body }: DoorResponse) {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return {
    status,
    headers,
    text,
    json: <Value = Record<string, unknown>>(): Value => JSON.parse(text) as Value,
  };
}
