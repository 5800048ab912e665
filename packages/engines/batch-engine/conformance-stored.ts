import { Readable } from 'node:stream';
import { newId } from '@tributary/runtime';
import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../object-store/port.ts';
import { allRows, answer, type OpenBatch, oneForAll, wide } from './conformance-queries.ts';
import type { BatchEngine, BatchFormat, BatchTable } from './port.ts';

export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ObjectStore;
}

const typeOf = { CSV: 'text/csv', JSON: 'application/jsonl', PARQUET: 'application/vnd.apache.parquet' };

/** A table whose bytes are objects. */
function stored(
  store: ObjectStore,
  name: string,
  at: { format: BatchFormat; keys: readonly string[] },
): BatchTable {
  const files = at.keys.map((key) => ({
    read: async function* (): AsyncIterable<Uint8Array> {
      yield* (await store.get({ key })).body;
    },
  }));
  return { name, format: at.format, files };
}

/** The answer to a query, as an object. */
async function storeAnswer(
  engine: BatchEngine,
  store: ObjectStore,
  query: { readonly sql: string; readonly tables: readonly BatchTable[]; readonly format: 'CSV' | 'PARQUET' },
): Promise<string> {
  const key = newId();
  await engine.exportTo(query, {
    format: query.format,
    maxBytes: 10_000_000,
    sink: async (bytes, { sizeBytes }) => {
      await store.put({ key, body: Readable.from(bytes), sizeBytes, contentType: typeOf[query.format] });
    },
  });
  return key;
}

async function putText(store: ObjectStore, format: 'CSV' | 'JSON', text: string): Promise<string> {
  const key = newId();
  await store.put({ key, body: Buffer.from(text), contentType: typeOf[format] });
  return key;
}

/** A batch engine over tables that are objects, as the product has them: what one wrote, the other reads. */
export function describeStoredTables(
  name: string,
  open: OpenBatch,
  openStore: () => Promise<StoreUnderTest>,
): void {
  describe(`batch-engine on ${name}, over tables in the object store`, () => {
    const shared = oneForAll(open);
    test('CSV, JSON and Parquet are joined where they lie, and the answer becomes an object that is a table again', async () => {
      await using under = await shared();
      await using objects = await openStore();
      const { engine } = under;
      const { store } = objects;
      const legs = Array.from({ length: 20_000 }, (_, n) => `${n},${['OAK', 'ABQ'][n % 2]},${n % 100}`);
      // Two objects, one table; a row of the CSV lies across any pieces it may come in.
      const [first, second] = [legs.slice(0, 12_000), legs.slice(12_000)];
      const header = 'flight,origin,delay\n';
      const csv = await Promise.all(
        [first, second].map((rows) => putText(store, 'CSV', `${header}${rows.join('\n')}\n`)),
      );
      const json = await putText(
        store,
        'JSON',
        '{"iata":"OAK","name":"Oakland"}\n{"iata":"ABQ","name":"Sunport"}\n',
      );
      const flights = stored(store, 'flights', { format: 'CSV', keys: csv });
      const airports = stored(store, 'airports', { format: 'JSON', keys: [json] });
      const late = await storeAnswer(engine, store, {
        sql: 'SELECT flight, origin, delay FROM flights WHERE delay >= 50',
        tables: [flights],
        format: 'PARQUET',
      });
      const lateFlights = stored(store, 'late', { format: 'PARQUET', keys: [late] });
      const sql = `SELECT name, count(*) AS flights, count(late.flight) AS late, sum(late.delay) AS minutes
        FROM flights JOIN airports ON iata = flights.origin LEFT JOIN late ON late.flight = flights.flight
        GROUP BY name ORDER BY name`;
      const tables = [flights, airports, lateFlights];
      const rows = [
        ['Oakland', 10_000n, 5_000n, 370_000n],
        ['Sunport', 10_000n, 5_000n, 375_000n],
      ];
      expect(await answer(engine, sql, { tables })).toEqual(rows);
      const report = stored(store, 'report', {
        format: 'CSV',
        keys: [await storeAnswer(engine, store, { sql, tables, format: 'CSV' })],
      });
      expect(await answer(engine, 'SELECT * FROM report ORDER BY name', { tables: [report] })).toEqual(rows);
    });

    test('an object that is not there ends the query with what the store says of it', async () => {
      await using under = await shared();
      await using objects = await openStore();
      const gone = stored(objects.store, 'gone', { format: 'CSV', keys: [newId()] });
      const query = async () => {
        await using rows = await under.engine.query({ sql: 'SELECT * FROM gone', tables: [gone] }, wide);
        return allRows(rows);
      };
      await expect(query()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await answer(under.engine, 'SELECT 1', { tables: [] })).toHaveLength(1);
    });
  });
}
