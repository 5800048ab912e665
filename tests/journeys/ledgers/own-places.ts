import { freshDatabase } from '@tributary/test-kit';
import { inject } from 'vitest';

export interface OwnPlaces extends AsyncDisposable {
  readonly settings: Readonly<Record<string, string>>;
}

/** The engines of this run, apart from what another product keeps there. */
export async function ownPlaces(name: string): Promise<OwnPlaces> {
  const engines = inject('engines');
  const settings: Record<string, string> = { ...engines };
  const database = engines['POSTGRES_URL'] === undefined ? undefined : await freshDatabase();
  if (database !== undefined) settings['DATABASE_URL'] = database.url;
  if (engines['KAFKA_URL'] !== undefined) settings['EVENT_LOG_URL'] = `${engines['KAFKA_URL']}/${name}.`;
  if (engines['MONGO_URL'] !== undefined) settings['DOCUMENT_STORE_URL'] = `${engines['MONGO_URL']}/${name}`;
  if (engines['REDIS_URL'] !== undefined)
    for (const each of ['KEY_VALUE_URL', 'PUBSUB_URL'])
      settings[each] = `${engines['REDIS_URL']}?prefix=${name}:`;
  return { settings, [Symbol.asyncDispose]: async () => database?.[Symbol.asyncDispose]() };
}
