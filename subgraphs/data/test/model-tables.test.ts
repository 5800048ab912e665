import { type CodedError, createLogger } from '@tributary/runtime';
import { freshDatabase, observedDatabase } from '@tributary/test-kit';
import { describe, expect, test } from 'vitest';
import { migrateTables } from '../src/records/migrate-tables.ts';
import { modelsOf } from './models-of.ts';

const access = '@access(read: [PUBLIC], write: [EDITOR])';

describe('tables', () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const v1 = `type Gate @model ${access} { code: String! @unique  floor: Int! }`;

  test('follow safe changes of models, keep what is stored, and need nothing the second time', async () => {
    await using database = await freshDatabase();
    await migrateTables(database, modelsOf([v1]), { log });
    await database.query(
      `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code, floor) SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x', 'A1', 2`,
    );
    const v2 = modelsOf([
      `type Gate @model ${access} { code: String! @unique  floor: Int @index  hall: Hall } type Hall @model ${access} { name: String }`,
    ]);
    await migrateTables(database, v2, { log });
    await migrateTables(database, v2, { log });
    const { rows } = await database.query('SELECT code, floor, hall_id FROM data.gate');
    expect(rows).toEqual([{ code: 'A1', floor: 2, hall_id: null }]);
  });

  test('stop holding values unique when the model does, and keep long names apart', async () => {
    await using database = await freshDatabase();
    const long = 'a'.repeat(38);
    const fields = (unique: string): string =>
      `code: String ${unique}  ${long}X: String @unique  ${long}Y: String @unique`;
    const model = (unique: string) =>
      modelsOf([`type ${'G'.repeat(40)} @model ${access} { ${fields(unique)} }`]);
    await migrateTables(database, model('@unique'), { log });
    const uniques = async (): Promise<number> =>
      (
        await database.query(
          `SELECT 1 FROM pg_indexes WHERE schemaname = 'data' AND indexdef LIKE 'CREATE UNIQUE%'`,
        )
      ).rows.length;
    expect(await uniques()).toBe(4);
    await migrateTables(database, model(''), { log });
    expect(await uniques()).toBe(3);
  });

  test('keep apart what their indexes would be called, however often they are started', async () => {
    await using database = await freshDatabase();
    const flight = `type Flight @model ${access} { crewName: String @index  hallCode: String @unique  hall: String }`;
    const crew = `type FlightCrew @model ${access} { name: String @index }`;
    const hall = (unique: string) => `type FlightHall @model ${access} { code: String ${unique} }`;
    const indexes = async (): Promise<unknown> =>
      (
        await database.query<{ on: string }>(
          `SELECT indrelid::regclass || '.' || pg_get_indexdef(indexrelid, 2, true) || CASE WHEN indisunique THEN ' unique' ELSE '' END AS on
           FROM pg_index WHERE NOT indisprimary AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'data'::regnamespace) ORDER BY 1`,
        )
      ).rows.map((row) => row.on);
    const all = [
      'flight.crew_name',
      'flight.hall_code unique',
      'flight_crew.name',
      'flight_hall.code unique',
    ].map((each) => `data.${each}`);
    await migrateTables(database, modelsOf([flight]), { log });
    for (const files of [
      [flight, crew, hall('@unique')],
      [hall('@unique'), crew, flight],
    ])
      for (let starts = 0; starts < 2; starts += 1) {
        await migrateTables(database, modelsOf(files), { log });
        expect(await indexes()).toEqual(all);
      }
    await migrateTables(database, modelsOf([flight, crew, hall('')]), { log });
    expect(await indexes()).toEqual(all.slice(0, 3));
    const named = migrateTables(
      database,
      modelsOf([flight, crew, hall(''), `type FlightHallCodeKey @model ${access} { a: String }`]),
      { log },
    );
    await expect(named).rejects.toThrow(
      'the table of FlightHallCodeKey would have the name of an index of data.flight',
    );
  });

  test('are migrated once by many processes that start together', async () => {
    await using database = await freshDatabase();
    await Promise.all(Array.from({ length: 6 }, () => migrateTables(database, modelsOf([v1]), { log })));
  });

  test('are left alone when a change would destroy something, and the refusal names all of it', async () => {
    await using database = await freshDatabase();
    await migrateTables(database, modelsOf([v1, `type Hall @model ${access} { name: String }`]), { log });
    await database.query(
      `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code, floor) SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x', 'A1', 2`,
    );
    await database.query(
      `INSERT INTO data.hall (workspace_id, id, version, created_at, updated_at, created_by) SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x'`,
    );
    const v2 = modelsOf([`type Gate @model ${access} { floor: String!  wing: String! }`]);
    const refusal = await migrateTables(database, v2, { log }).catch((error: unknown) => error as CodedError);
    expect(refusal).toMatchObject({ code: 'MIGRATION_REFUSED' });
    expect((refusal as CodedError).details['refusals']).toEqual([
      'Gate.floor would turn stored integer into text',
      'Gate.wing is new and required, but stored rows have no value for it',
      'the table data.hall has rows, but no model uses it any more',
      'the column data.gate.code would be dropped with its values',
    ]);
    expect((await database.query('SELECT code, floor FROM data.gate')).rows).toEqual([
      { code: 'A1', floor: 2 },
    ]);
  });

  test('let go of a field that holds no value anywhere, or give it another type, and its bound and index follow', async () => {
    await using database = await freshDatabase();
    const gate = (fields: string) => modelsOf([`type Gate @model ${access} { code: String!  ${fields} }`]);
    await migrateTables(database, gate('floor: String @index @constraint(minLength: 2)  wing: Int'), { log });
    await database.query(
      `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code) SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x', 'A1'`,
    );
    await migrateTables(database, gate('floor: Int @index @constraint(min: 3)'), { log });
    const set = (floor: number) => database.query('UPDATE data.gate SET floor = $1', [floor]);
    await set(3);
    await expect(set(2)).rejects.toThrow();
    const { rows } = await database.query<{ column: string; type: string }>(
      `SELECT column_name AS column, data_type AS type FROM information_schema.columns WHERE table_schema = 'data' AND table_name = 'gate' AND column_name = 'floor'`,
    );
    expect(rows).toEqual([{ column: 'floor', type: 'integer' }]);
    const indexed = await database.query(
      `SELECT 1 FROM pg_indexes WHERE indexdef LIKE '%(workspace_id, floor, id)'`,
    );
    expect(indexed.rows).toHaveLength(1);
    const back = migrateTables(database, gate('floor: String'), { log });
    await expect(back).rejects.toThrow(/Gate\.floor would turn stored integer into text/);
  });

  test('keep what newer models have added when a process with older ones starts again', async () => {
    await using database = await freshDatabase();
    const older = modelsOf([`type Gate @model ${access} { code: String! }`]);
    const newer = modelsOf([
      `type Gate @model ${access} { code: String!  color: String @unique @constraint(minLength: 3)  size: Int!  hall: Hall  photo: File } type Hall @model ${access} { name: String }`,
    ]);
    const insert = (columns: string, values: string) =>
      database.query(
        `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code${columns}) SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x', 'A1'${values}`,
      );
    for (const models of [older, newer, older, older]) await migrateTables(database, models, { log });
    await insert(', color, size', `, 'red', 1`);
    await database.query('DELETE FROM data.gate');
    await insert('', '');
    await database.query('DELETE FROM data.gate');
    // The newer models have all of theirs again, and what values would be lost by is refused.
    await migrateTables(database, newer, { log });
    await expect(insert('', '')).rejects.toThrow(/size/);
    await expect(insert(', color, size', `, 'r', 1`)).rejects.toThrow(/check/);
    await insert(', color, size', `, 'red', 1`);
    await expect(migrateTables(database, older, { log })).rejects.toMatchObject({
      details: {
        refusals: [
          'the column data.gate.color would be dropped with its values',
          'the column data.gate.size would be dropped with its values',
        ],
      },
    });
    const { rows } = await database.query(
      `SELECT attname AS column, col_description(attrelid, attnum) AS note FROM pg_attribute WHERE attrelid = 'data.gate'::regclass AND attname IN ('color', 'size', 'hall_id', 'photo_id') ORDER BY 1`,
    );
    expect(rows).toEqual([
      { column: 'color', note: null },
      { column: 'hall_id', note: null },
      { column: 'photo_id', note: 'File' },
      { column: 'size', note: null },
    ]);
  });

  test('are looked through for the values of a field that is gone once, and not at each start', async () => {
    await using database = await freshDatabase();
    const statements: string[] = [];
    const observed = observedDatabase(database, statements);
    const models = (fields: string) => modelsOf([`type Gate @model ${access} { code: String! ${fields} }`]);
    await migrateTables(observed, models('floor: Int'), { log });
    const looks = async (): Promise<number> => {
      statements.length = 0;
      await migrateTables(observed, models(''), { log });
      return statements.filter((text) => /LOCK TABLE|"floor" IS NOT NULL/.test(text)).length;
    };
    expect([await looks(), await looks()]).toEqual([2, 0]);
  });

  test.each(['@index', '@unique'])(
    'take no %s over values that are longer than it has room for',
    async (directive) => {
      await using database = await freshDatabase();
      const gate = (on: string) => modelsOf([`type Gate @model ${access} { code: String ${on} }`]);
      await migrateTables(database, gate(''), { log });
      await database.query(
        `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code)
       SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x', string_agg(md5(n::text), '') FROM generate_series(1, 250) n`,
      );
      await expect(migrateTables(database, gate(directive), { log })).rejects.toThrow(
        'Gate.code would be indexed, but 1 stored value is longer than 500 characters',
      );
      await database.query('UPDATE data.gate SET code = left(code, 500)');
      await migrateTables(database, gate(directive), { log });
    },
  );

  test('do not become unique over values that repeat', async () => {
    await using database = await freshDatabase();
    await migrateTables(database, modelsOf([`type Gate @model ${access} { code: String! }`]), { log });
    await database.query(
      `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code) SELECT '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 1, now(), now(), 'x', 'A1' FROM generate_series(1, 2)`,
    );
    await expect(
      migrateTables(database, modelsOf([`type Gate @model ${access} { code: String! @unique }`]), { log }),
    ).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      details: { refusals: ['Gate.code would become unique, but 1 stored value is there more than once'] },
    });
  });

  test('are refused with everything that stands in the way, what repeats beside what breaks a bound', async () => {
    await using database = await freshDatabase();
    const gates = (code: string, floor: string) =>
      modelsOf([`type Gate @model ${access} { code: String ${code} floor: Int ${floor} }`]);
    await migrateTables(database, gates('', ''), { log });
    await database.query(
      `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, code, floor)
       SELECT '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 1, now(), now(), 'x', v.code, v.floor
       FROM (VALUES ('A', 1), ('A', 2), ('B', 3), ('B', 0), (NULL, 4), (NULL, 5)) v(code, floor)`,
    );
    const wanted = gates('@unique @constraint(minLength: 2)', '@constraint(min: 1)');
    await expect(migrateTables(database, wanted, { log })).rejects.toMatchObject({
      details: {
        refusals: [
          'Gate.code would have to be at least 2 characters long, but 4 stored rows are not',
          'Gate.floor would have to be at least 1, but 1 stored row is not',
          'Gate.code would become unique, but 2 stored values are there more than once',
        ],
      },
    });
  });
});
