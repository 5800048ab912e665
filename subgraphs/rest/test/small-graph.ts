import type { Relational } from '@tributary/engines/relational';
import { CodedError, createLogger, isId, type ManualClock, newId } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  type CallContext,
  connectionOf,
  pageSize,
  type Subgraph,
} from '@tributary/subgraph-kit';

/** A graph with one kind of record in PostgreSQL and the shapes the data subgraph gives it. Its input also takes an id. */
const typeDefs = /* GraphQL */ `
  type Query {
    airport(id: ID, iata: String): Airport @allow(to: ["PUBLIC"])
    airports(where: AirportWhere, orderBy: [AirportOrder!], first: Int, after: Cursor): AirportConnection @allow(to: ["PUBLIC"])
  }
  type Mutation {
    createAirport(input: AirportInput!): Airport @allow(to: ["EDITOR"], scope: "data:write")
    updateAirport(id: ID!, input: AirportPatch!, expectedVersion: Int): Airport @allow(to: ["EDITOR"], scope: "data:write")
    deleteAirport(id: ID!, expectedVersion: Int): Airport @allow(to: ["EDITOR"], scope: "data:write")
  }
  "An airport that flights leave from and arrive at."
  type Airport @key(fields: "id") @allow(to: ["PUBLIC"]) {
    id: ID!
    version: Int!
    createdAt: DateTime!
    updatedAt: DateTime!
    iata: String!
    name: String!
    city: String
    state: String
    country: String!
    latitude: Float!
    longitude: Float!
    photo: File
    importRun: Run
  }
  type File { id: ID! }
  type Run { id: ID! }
  type AirportConnection { nodes: [Airport!]! pageInfo: PageInfo! totalCount: Int! }
  input StringComparison { eq: String contains: String }
  input AirportWhere { city: StringComparison state: StringComparison country: StringComparison iata: StringComparison name: StringComparison }
  input AirportOrder { state: SortDirection iata: SortDirection name: SortDirection }
  input AirportInput { id: ID iata: String! name: String! city: String state: String country: String! latitude: Float! longitude: Float! }
  input AirportPatch { iata: String name: String city: String }
`;

const table = `CREATE TABLE airport (
  id uuid PRIMARY KEY, version int NOT NULL DEFAULT 1, iata text NOT NULL UNIQUE, name text NOT NULL, city text, state text,
  country text NOT NULL, latitude float8 NOT NULL, longitude float8 NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`;
const columns = `id, version, iata, name, city, state, country, latitude, longitude, created_at AS "createdAt", created_at AS "updatedAt"`;

interface Row {
  readonly id: string;
  readonly iata: string;
}
type Args = Readonly<Record<string, unknown>>;

export interface SmallGraphDeps {
  readonly relational: Relational;
  readonly verifier: AssertionVerifier;
  readonly clock: ManualClock;
}

export async function smallGraph({ relational, verifier }: SmallGraphDeps): Promise<Subgraph> {
  await relational.query(table);
  const byId = async (id: unknown): Promise<Row | undefined> => {
    if (!isId(id)) return undefined;
    return (await relational.query<Row>(`SELECT ${columns} FROM airport WHERE id = $1`, [id])).rows[0];
  };
  const changed = async (args: Args, sql: string, values: readonly unknown[]): Promise<Row> => {
    const before = await byId(args['id']);
    if (before === undefined) throw new CodedError('NOT_FOUND', 'There is no such airport.');
    const { rows } = await relational.query<Row>(
      `${sql} WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING ${columns}`,
      [args['id'], args['expectedVersion'] ?? null, ...values],
    );
    if (rows[0] === undefined) throw new CodedError('VERSION_CONFLICT', 'Somebody changed it.');
    return rows[0];
  };
  return buildSubgraph<CallContext>({
    name: 'data',
    typeDefs: `${sharedTypeDefs()}\n${typeDefs}`,
    resolvers: {
      Query: {
        airport: async (_parent: unknown, { id, iata }: Args) =>
          id === undefined
            ? (await relational.query(`SELECT ${columns} FROM airport WHERE iata = $1`, [iata])).rows[0]
            : byId(id),
        airports: async (_parent: unknown, args: Args) => {
          const { city } = (args['where'] ?? {}) as { readonly city?: { readonly eq: string } };
          const order = JSON.stringify(args['orderBy'] ?? []).includes('DESC') ? 'DESC' : 'ASC';
          const size = pageSize(args['first'] as number | undefined);
          const { rows } = await relational.query<Row>(
            `SELECT ${columns} FROM airport WHERE ($1::text IS NULL OR city = $1) AND ($2::text IS NULL OR iata > $2) ORDER BY iata ${order} LIMIT $3`,
            [city?.eq ?? null, args['after'] ?? null, size + 1],
          );
          return connectionOf(rows, size, {
            cursorOf: ({ iata }) => iata,
            hasPrevious: args['after'] !== undefined,
          });
        },
      },
      Mutation: {
        createAirport: async (_parent: unknown, { input }: { readonly input: Args }) => {
          const values = ['iata', 'name', 'city', 'state', 'country', 'latitude', 'longitude'].map(
            (name) => input[name] ?? null,
          );
          const { rows } = await relational.query(
            `INSERT INTO airport (id, iata, name, city, state, country, latitude, longitude) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
            [input['id'] ?? newId(), ...values],
          );
          return rows[0];
        },
        updateAirport: (_parent: unknown, args: Args) =>
          changed(args, 'UPDATE airport SET version = version + 1, name = coalesce($3, name)', [
            (args['input'] as Args)['name'] ?? null,
          ]),
        deleteAirport: (_parent: unknown, args: Args) => changed(args, 'DELETE FROM airport', []),
      },
      Airport: { __resolveReference: ({ id }: Row) => byId(id) },
    },
    createContext: (call) => call,
    verifier,
    onRefusal: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
    ready: async () => undefined,
  });
}
