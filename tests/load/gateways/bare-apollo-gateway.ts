import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The peer: @apollo/gateway in @apollo/server with their defaults, over a supergraph in a file. Both are installed in a folder of their own: they bring eighty
 * packages along that nothing here needs. Called with that folder and the file; prints its address.
 */
interface ApolloGateway {
  new (options: { readonly supergraphSdl: string }): object;
}
interface ApolloServer {
  new (options: { readonly gateway: object }): object;
}
type StartStandaloneServer = (
  server: object,
  options: { readonly listen: { readonly port: number; readonly host: string } },
) => Promise<{ readonly url: string }>;

const [folder = '', supergraph = ''] = process.argv.slice(2);
const installed = createRequire(join(folder, 'package.json'));
const { ApolloGateway } = installed('@apollo/gateway') as { readonly ApolloGateway: ApolloGateway };
const { ApolloServer } = installed('@apollo/server') as { readonly ApolloServer: ApolloServer };
const { startStandaloneServer } = installed('@apollo/server/standalone') as {
  readonly startStandaloneServer: StartStandaloneServer;
};

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8') });
const listen = { port: 0, host: '127.0.0.1' };
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), { listen });
process.stdout.write(`${url}\n`);
