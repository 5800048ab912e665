import type { FileScanner } from '@tributary/engines/file-scanner';
import { openFileScanner } from '@tributary/engines/file-scanner/open';
import type { KeyProvider } from '@tributary/engines/key-provider';
import { openKeyProvider } from '@tributary/engines/key-provider/open';
import type { ObjectStore } from '@tributary/engines/object-store';
import { openObjectStore } from '@tributary/engines/object-store/open';
import { createPresignedTokens } from '@tributary/engines/object-store/presigned-tokens';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import type { Clock, Closing, Logger } from '@tributary/runtime';
import { type CallContext, graphOperators, type IsOperator, openHttpGraph } from '@tributary/subgraph-kit';
import type { FilesConfig } from './config.ts';

export interface Engines {
  readonly relational: Relational;
  readonly objects: ObjectStore;
  readonly keyProvider: KeyProvider;
  readonly scanner: FileScanner | undefined;
  readonly operators: (caller: CallContext) => IsOperator;
}

/** Opens the engines of the split form, with tables and outbox in place; `closing` closes them in reverse. */
export async function openEngines(
  closing: Closing,
  config: FilesConfig,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
): Promise<Engines> {
  const options = { ...config, log, clock };
  const relational = closing.use('database', await openRelational(config.databaseUrl, options));
  const tokens = createPresignedTokens({ secret: config.settings.secret, path: '/files/o', clock });
  const objects = closing.use(
    'object store',
    await openObjectStore(config.objectStoreUrl, { ...options, tokens }),
  );
  const keyProvider = closing.use('key provider', await openKeyProvider(config.keyProviderUrl, options));
  const scanner = await openFileScanner(config.fileScannerUrl, config);
  if (scanner !== undefined) closing.use('file scanner', scanner);
  await applyMigrations(relational.pool, log);
  await ensureOutbox(relational);
  const { execute } = closing.use('graph', openHttpGraph(config.gatewayUrl, { connections: 1 }));
  return { relational, objects, keyProvider, scanner, operators: graphOperators(execute) };
}
