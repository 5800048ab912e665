import { eventually, graphCaller, signedIn } from '@tributary/test-kit';
import { describe, expect, inject, test } from 'vitest';
import { cutSocket, type StockClient, stockClients } from './stock-clients.ts';

const findAirport = `query ($iata: String!) { airport(iata: $iata) { id name version } }`;
const renameAirport = `mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { id name version } }`;
/** No variable for the cursor: what stock clients send is all there is. */
const changes = `subscription { airportChanged { id version airport { name } } }`;

interface Airport {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}
interface AirportChanged {
  readonly airportChanged: {
    readonly id: string;
    readonly version: number;
    readonly airport: { readonly name: string };
  };
}

/** Each has an airport of its own to change. */
const clients = [
  ['Apollo Client', stockClients.apollo, 'JFK'],
  ['urql', stockClients.urql, 'LAX'],
  ['graphql-ws', stockClients.graphqlWs, 'ORD'],
] as const;

describe.each(clients)('%s', (_name, make, iata) => {
  const withClient = async (
    use: (client: StockClient, socket: ReturnType<typeof cutSocket>) => Promise<void>,
  ): Promise<void> => {
    const { url } = inject('product');
    const { authorization } = await signedIn(url, 'editor@demo.local');
    const socket = cutSocket(url, authorization);
    try {
      await use(make({ url, authorization, socket: socket.client }), socket);
    } finally {
      await socket.client.dispose();
    }
  };

  test('asks, changes, and sees the change', () =>
    withClient(async (client) => {
      const { airport } = await client.query<{ airport: Airport }>(findAirport, { iata });
      const name = `${iata} at ${Date.now()}`;
      const { updateAirport } = await client.mutate<{ updateAirport: Airport }>(renameAirport, {
        id: airport.id,
        name,
      });
      expect(updateAirport).toMatchObject({ id: airport.id, name, version: airport.version + 1 });
      const { data } = await graphCaller(inject('product').url)<{ airport: Airport }>(findAirport, { iata });
      expect(data.airport.name).toBe(name);
    }));

  test('has every change once and in order, also those made while its socket was cut, twice', () =>
    withClient(async (client, socket) => {
      const { url } = inject('product');
      const editor = await signedIn(url, 'editor@demo.local');
      const { airport } = await client.query<{ airport: Airport }>(findAirport, { iata });
      const seen: number[] = [];
      const stop = client.subscribe<AirportChanged>(changes, ({ airportChanged }) => {
        if (airportChanged.id === airport.id) seen.push(airportChanged.version);
      });
      let version = airport.version;
      const due: number[] = [];
      const change = async (times: number): Promise<void> => {
        for (let index = 0; index < times; index += 1) {
          const { errors } = await editor(renameAirport, { id: airport.id, name: `${iata} ${version + 1}` });
          expect(errors).toEqual([]);
          version += 1;
          due.push(version);
        }
      };
      await eventually(() => expect(socket.subscribed).toBe(1));
      for (const connections of [1, 2]) {
        // Cut off before its first payload, then after some.
        socket.cut();
        await change(10);
        socket.letBackIn();
        await eventually(() => expect(seen).toEqual(due));
        await eventually(() => expect(socket.subscribed).toBe(connections + 1));
        await change(3);
        await eventually(() => expect(seen).toEqual(due));
      }
      stop();
    }));
});
