import { randomBytes } from 'node:crypto';
import type { KeyProvider } from '@tributary/engines/key-provider';
import { type KeptKey, rewrapKeys } from '@tributary/engines/key-provider/rewrap';
import type { DataKeys } from '@tributary/engines/object-store/sealed';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, newId } from '@tributary/runtime';

type DataKey = Awaited<ReturnType<DataKeys['current']>>;

export interface DataKeyDeps {
  readonly relational: Relational;
  readonly keyProvider: KeyProvider;
  readonly clock: Clock;
}

interface KeyRow {
  readonly id: string;
  readonly wrappingKeyId: string;
  readonly wrapped: string;
}

/** An opened key is kept this long: the provider may be far away, and a key that was destroyed should not live on for long. */
const keptMs = 300_000;
const columns = 'id, wrapping_key_id AS "wrappingKeyId", wrapped';

/** The data keys of one workspace: made when its first object is, kept wrapped in PostgreSQL, opened by the key provider for this workspace alone. */
export function workspaceDataKeys(deps: DataKeyDeps, workspaceId: string): DataKeys {
  const { relational, keyProvider, clock } = deps;
  const opened = new Map<string, { readonly key: Promise<DataKey>; readonly untilMs: number }>();
  let newest: { readonly key: Promise<DataKey>; readonly untilMs: number } | undefined;

  const open = (row: KeyRow): Promise<DataKey> => {
    const known = opened.get(row.id);
    if (known !== undefined && known.untilMs > clock.monotonicMs()) return known.key;
    const key = keyProvider.unwrap(row, workspaceId).then((secret) => ({ id: row.id, secret }));
    opened.set(row.id, { key, untilMs: clock.monotonicMs() + keptMs });
    key.catch(() => opened.delete(row.id));
    return key;
  };
  const newestOrNew = async (): Promise<DataKey> => {
    const { rows } = await relational.query<KeyRow>(
      `SELECT ${columns} FROM files.data_key WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1`,
      [workspaceId],
    );
    const [row] = rows;
    return row === undefined ? make() : open(row);
  };
  /** Two processes may each make a first key: both are kept, and either opens what it sealed. */
  const make = async (): Promise<DataKey> => {
    const key = { id: newId(), secret: new Uint8Array(randomBytes(32)) };
    const { wrappingKeyId, wrapped } = await keyProvider.wrap(key.secret, workspaceId);
    await relational.query(
      'INSERT INTO files.data_key (workspace_id, id, wrapping_key_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)',
      [workspaceId, key.id, wrappingKeyId, wrapped, new Date(clock.now())],
    );
    return key;
  };
  return {
    current: () => {
      if (newest !== undefined && newest.untilMs > clock.monotonicMs()) return newest.key;
      const key = newestOrNew();
      newest = { key, untilMs: clock.monotonicMs() + keptMs };
      key.catch(() => {
        newest = undefined;
      });
      return key;
    },
    find: async (id) => {
      const known = opened.get(id);
      if (known !== undefined && known.untilMs > clock.monotonicMs()) return known.key;
      const { rows } = await relational.query<KeyRow>(
        `SELECT ${columns} FROM files.data_key WHERE workspace_id = $1 AND id = $2`,
        [workspaceId, id],
      );
      return rows[0] === undefined ? undefined : open(rows[0]);
    },
  };
}

/** Wraps keys anew that an older wrapping key wrapped, so that it may be destroyed; no object is touched. @throws as `rewrapKeys` */
export function rewrapDataKeys({
  relational,
  keyProvider,
  log,
}: Omit<DataKeyDeps, 'clock'> & { readonly log: Logger }): Promise<void> {
  return rewrapKeys(keyProvider, {
    outdated: async (current, afterId, limit) => {
      const { rows } = await relational.query<KeptKey>(
        `SELECT workspace_id AS owner, ${columns} FROM files.data_key WHERE wrapping_key_id <> $1 AND id > $2 ORDER BY id LIMIT $3`,
        [current, afterId, limit],
      );
      return rows;
    },
    replace: async ({ owner, id, wrappingKeyId }, next) => {
      await relational.query(
        'UPDATE files.data_key SET wrapping_key_id = $4, wrapped = $5 WHERE workspace_id = $1 AND id = $2 AND wrapping_key_id = $3',
        [owner, id, wrappingKeyId, next.wrappingKeyId, next.wrapped],
      );
    },
    lost: ({ owner, id }, err) =>
      log.error(
        { err, workspaceId: owner, keyId: id },
        'a data key opens no more, nor do the files it sealed',
      ),
  });
}
