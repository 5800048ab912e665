import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/**
 * The peer: PostGraphile 5 with its defaults over the tables of the data subgraph, installed in a folder of its own. No gateway, no rights, no limits. Called with that
 * folder and the URL of the database; prints its address.
 */
interface PostGraphile {
  createServ(grafserv: unknown): { addTo(server: object): void | Promise<void>; ready(): Promise<void> };
}

const [folder = '', connectionString = ''] = process.argv.slice(2);
const installed = createRequire(join(folder, 'package.json'));
const { postgraphile } = installed('postgraphile') as {
  readonly postgraphile: (preset: object) => PostGraphile;
};
const { PostGraphileAmberPreset } = installed('postgraphile/presets/amber') as {
  readonly PostGraphileAmberPreset: object;
};
const { makePgService } = installed('postgraphile/adaptors/pg') as {
  readonly makePgService: (options: object) => object;
};
const { grafserv } = installed('postgraphile/grafserv/node') as { readonly grafserv: unknown };

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString, schemas: ['data'], poolConfig: { max: 20 } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false },
};
const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
server.listen({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');
await serv.ready();
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`);
