import type { EventLog } from '@tributary/engines/event-log';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { KeyValue } from '@tributary/engines/key-value';
import { openKeyValue } from '@tributary/engines/key-value/open';
import type { PubSub } from '@tributary/engines/pubsub';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { openRelational } from '@tributary/engines/relational/open';
import type { Clock, Closing, Logger } from '@tributary/runtime';
import type { GatewayProcessConfig } from './config.ts';

export interface GatewayEngines {
  readonly eventLog: EventLog;
  readonly keyValue: KeyValue;
  readonly pubSub: PubSub;
}

/** Opens what a gateway process needs. PostgreSQL only carries the embedded log and pubsub; the gateway itself stores nothing. */
export async function openEngines(
  closing: Closing,
  config: GatewayProcessConfig,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
): Promise<GatewayEngines> {
  const { production } = config.settings;
  const { databaseUrl, eventLogUrl, keyValueUrl, pubSubUrl, allowEmbedded } = config.engines;
  const rules = { log, production, allowEmbedded };
  const relational = closing.use(
    'database',
    await openRelational(databaseUrl, {
      ...rules,
      dataDir: config.dataDir,
      poolSize: 10,
      applicationName: 'tributary-gateway',
    }),
  );
  return {
    eventLog: closing.use('event log', await openEventLog(eventLogUrl, { ...rules, relational })),
    keyValue: closing.use('key-value', await openKeyValue(keyValueUrl, { ...rules, clock, relational })),
    pubSub: closing.use('pubsub', await openPubSub(pubSubUrl, { ...rules, relational })),
  };
}
