import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import pg from 'pg';

/**
 * The peer: what a good engineer writes in an hour with @apollo/server, `pg` and DataLoader over the same tables.
 * No gateway, no rights, no limits, no masking. Run as a process of its own: `node bare-apollo.js <database url>`; prints its URL.
 */
const [databaseUrl = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });

const { rows: workspaces } = await pool.query<Row>("SELECT id FROM identity.workspace WHERE slug = 'demo'");
const workspaceId = workspaces[0]?.id;

interface Row {
  readonly id: string;
}

const departures = (): DataLoader<string, readonly Row[]> =>
  new DataLoader(async (ids) => {
    const { rows } = await pool.query(
      `SELECT f.origin_id, f.id, f.delay_minutes AS "delayMinutes" FROM unnest($1::uuid[]) AS parent(id)
       CROSS JOIN LATERAL (SELECT * FROM data.flight WHERE workspace_id = $2 AND origin_id = parent.id ORDER BY id LIMIT 3) AS f`,
      [ids, workspaceId],
    );
    return ids.map((id) => rows.filter((row) => row.origin_id === id));
  });

const server = new ApolloServer<{ departures: ReturnType<typeof departures> }>({
  typeDefs: /* GraphQL */ `
    type Query { airports(first: Int!): AirportConnection! }
    type AirportConnection { nodes: [Airport!]! }
    type Airport { id: ID! iata: String! name: String! city: String departures(first: Int!): FlightConnection! }
    type FlightConnection { nodes: [Flight!]! }
    type Flight { id: ID! delayMinutes: Int! }
  `,
  resolvers: {
    Query: {
      airports: async (_root: unknown, { first }: { first: number }) => ({
        nodes: (
          await pool.query('SELECT id, iata, name, city FROM data.airport ORDER BY id LIMIT $1', [first])
        ).rows,
      }),
    },
    Airport: {
      departures: async (
        { id }: Row,
        _args: unknown,
        context: { departures: ReturnType<typeof departures> },
      ) => ({ nodes: await context.departures.load(id) }),
    },
  },
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({ departures: departures() }),
});
process.stdout.write(`${url}\n`);
