import { freshDatabase } from '@tributary/test-kit';
import { inject } from 'vitest';
import { openWays, type Ways } from './ways.ts';

export interface OwnPlaces extends AsyncDisposable {
  readonly settings: Readonly<Record<string, string>>;
  /** The ways to PostgreSQL, Kafka, MongoDB, Redis and S3, by their names; undefined where there is no proxy. */
  readonly ways: Ways | undefined;
}

/** The engines of this run, apart from what another product keeps there; those in `byWays` through a proxy, if this machine has one. */
export async function ownPlaces(
  name: string,
  { byWays = [] }: { readonly byWays?: readonly string[] } = {},
): Promise<OwnPlaces> {
  const engines = inject('engines');
  const { TOXIPROXY_URL: proxy, POSTGRES_URL, KAFKA_URL, MONGO_URL, REDIS_URL, S3_URL } = engines;
  const ways = byWays.length > 0 && proxy !== undefined ? openWays(proxy, name) : undefined;
  const through = async (engine: string, url: string, from?: string): Promise<string> =>
    ways === undefined || !byWays.includes(engine) ? url : ways.through(engine, url, from);

  const settings: Record<string, string> = { ...engines };
  const database = POSTGRES_URL === undefined ? undefined : await freshDatabase();
  if (database !== undefined) settings['DATABASE_URL'] = await through('postgres', database.url);
  if (KAFKA_URL !== undefined) {
    // Clients come back to the address that the broker names, and to no other.
    const { KAFKA_WAY_FROM: from, KAFKA_WAY_TO: to } = engines;
    const broker = byWays.includes('kafka') && ways !== undefined ? `kafka://${to}` : KAFKA_URL;
    settings['EVENT_LOG_URL'] = `${await through('kafka', broker, from)}/${name}.`;
  }
  if (MONGO_URL !== undefined)
    // Else the driver goes on to the address that the server names, beside the way.
    settings['DOCUMENT_STORE_URL'] = await through('mongo', `${MONGO_URL}/${name}?directConnection=true`);
  if (S3_URL !== undefined) settings['OBJECT_STORE_URL'] = await through('s3', S3_URL);
  if (REDIS_URL !== undefined) {
    const url = `${await through('redis', REDIS_URL)}?prefix=${name}:`;
    for (const each of ['KEY_VALUE_URL', 'PUBSUB_URL']) settings[each] = url;
  }
  return {
    settings,
    ways,
    [Symbol.asyncDispose]: async () => {
      await ways?.[Symbol.asyncDispose]();
      await database?.[Symbol.asyncDispose]();
    },
  };
}
