import { CodedError, createLogger } from '@tributary/runtime';
import { composeSupergraph, modelFiles } from '@tributary/schema';
import { freshDatabase } from '@tributary/test-kit';
import { isTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { dataTypeDefs } from '../src/index.ts';
import { modelTypeDefs } from '../src/models/model-sdl.ts';
import { snakeCase } from '../src/models/names.ts';
import { migrateTables } from '../src/records/migrate-tables.ts';
import { inFiles, modelsOf } from './models-of.ts';
import { openData } from './open-data.ts';

const access = '@access(read: [PUBLIC], write: [EDITOR])';

function faultsOf(...sources: string[]): readonly string[] {
  try {
    modelsOf(sources);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'MODEL_INVALID')
      return error.details['faults'] as readonly string[];
    throw error;
  }
  return [];
}

describe('model files', () => {
  test('report all their faults at once, each with its place and what may be meant', () => {
    const faults = faultsOf(
      `type Airport @modl @access(read: [PUBLICK], write: [EDITOR]) { iata: String! @uniqe  name: Strin  departures: [Flight!]! @relation(field: "orign") }`,
      `type Flight @model(stor: DOCUMENT) { origin: Airport! @unique  version: Int  tags: [String!]!  notes: [Missing] }`,
      `type Broken @model {`,
    );
    const expected = [
      /Airport \(model-1\.graphql, line 1\): @modl is not known on a type; is model meant\?/,
      /Airport.*has no @model/,
      /@access read: PUBLICK is not a grant; is PUBLIC meant\?/,
      /Airport\.iata.*@uniqe is not known on a field; is unique meant\?/,
      /Airport\.name.*Strin is neither a scalar nor a model; is String meant\?/,
      /Airport\.departures.*Flight has no reference orign to Airport; is origin meant\?/,
      /Flight.*@model has no argument stor; is store meant\?/,
      /Flight.*has no @access/,
      /Flight\.origin.*@unique does not go with this type/,
      /Flight\.version.*taken by the system/,
      /Flight\.tags.*lists of scalars are not stored/,
      /Flight\.notes.*list of lists|Flight\.notes/,
      /model-3\.graphql, line 1: Syntax Error/,
    ];
    for (const fault of expected)
      expect(
        faults.filter((text) => fault.test(text)),
        String(fault),
      ).not.toEqual([]);
  });

  test('cannot use names that reach prototypes, or that two models would make', () => {
    expect(faultsOf(`type A @model ${access} { constructor: String }`)).toHaveLength(1);
    expect(faultsOf(`type A @model ${access} { and: String }`)).toHaveLength(1);
    expect(faultsOf(`type RoomUpdate @model ${access} { a: String }`)).toHaveLength(1);
    expect(
      faultsOf(`type A @model ${access} { a: String } type AEdge @model ${access} { a: String }`),
    ).not.toEqual([]);
    expect(faultsOf(`type Sheep @model(plural: "sheep") ${access} { a: String }`)).not.toEqual([]);
    expect(faultsOf(`type A @model ${access} { fooBar: String foo_bar: String }`)).not.toEqual([]);
  });

  test.each([
    [
      'workspaceId',
      `type A @model ${access} { workspaceId: String x: Int }`,
      /A\.workspaceId.*taken by the system/,
    ],
    ['String', `type String @model ${access} { a: Int }`, /String.*taken by the system/],
    [
      'a type of another subgraph',
      `type Member @model ${access} { a: Int }`,
      /Member .*Member is a name of the subgraph identity; choose another name\.?$/,
    ],
    [
      'a type that is made from it and another subgraph has',
      `type Trigger @model ${access} { a: Int }`,
      /Trigger is a name of the subgraph jobs/,
    ],
    [
      'a root field of another subgraph',
      `type Rating @model(plural: "queues") ${access} { a: Int }`,
      /Rating .*Query\.queues is a name of the subgraph jobs; choose another name or plural/,
    ],
    [
      '@index on JSON',
      `type A @model ${access} { j: JSON @index }`,
      /A\.j.*@index does not go with this type/,
    ],
    [
      '501 fields',
      `type A @model ${access} { ${Array.from({ length: 501 }, (_, n) => `f${n}: Int`).join(' ')} }`,
      /has 501 fields; a model has 500 at most/,
    ],
    ['itself, required', `type A @model ${access} { next: A! }`, /A .*requires itself/],
    [
      'each other, required',
      `type A @model ${access} { b: B! } type B @model ${access} { a: A! }`,
      /B .*requires itself, directly or through others/,
    ],
  ])('cannot have what no table or first row could be made of: %s', (_what, source, fault) => {
    expect(faultsOf(source).filter((text) => fault.test(text))).toHaveLength(1);
  });

  test.each(
    [
      ['Version', 'Id', 'Kind', 'Previous', 'ChangedBy', 'Error', 'Cursor'],
      ['StringComparison', 'SortDirection', 'PageInfo', 'FieldConstraint', 'DataModelStore', 'Base64'],
      ['ROOMUpdate', 'RoomState', 'DocumentSHAPE'],
    ].flat(),
  )('cannot be called what stands beside them in the API or in the database: %s', (name) => {
    expect(faultsOf(`type ${name} @model ${access} { a: String }`)).toEqual([
      expect.stringMatching(new RegExp(`${name} .*taken by the system`)),
    ]);
  });

  test('cannot be called anything that the models beside them make, or the texts of rooms', () => {
    const room = `type Page @model(store: DOCUMENT) @room ${access} { text: String }`;
    const { definitions } = parse(dataTypeDefs(inFiles([room])));
    const made = definitions.flatMap((each) => (isTypeDefinitionNode(each) ? [each.name.value] : []));
    expect(made).toContain('DocUpdateResult');
    const taken = made.filter(
      (name) => faultsOf(room, `type ${name} @model ${access} { a: String }`).length > 0,
    );
    expect(taken).toEqual(made);
    // Without a room they are free.
    expect(faultsOf(`type Presence @model ${access} { a: String }`)).toEqual([]);
    const plural = (name: string) => `type Other @model(plural: "${name}") ${access} { a: String }`;
    for (const field of ['dataModels', 'fieldConstraints', 'noteDocument'])
      expect(faultsOf(room, plural(field))[0]).toMatch(`Query.${field} is taken by the system`);
  });

  test.each([
    ['HTTPServer', 'HttpServer'],
    ['IOPort', 'IoPort'],
  ])('are not stored in one place: %s and %s', (first, second) => {
    const model = (name: string, store: string): string =>
      `type ${name} @model(store: ${store}) ${access} { a: String }`;
    for (const [one, other] of [
      ['RELATIONAL', 'RELATIONAL'],
      ['DOCUMENT', 'RELATIONAL'],
    ] as const)
      expect(faultsOf(model(first, one), model(second, other))).toEqual([
        expect.stringMatching(new RegExp(`${second} .*is stored as ${snakeCase(first)}, as ${first} is`)),
      ]);
  });

  test('have names that the database keeps whole', () => {
    const model = (name: string, store = 'RELATIONAL'): string =>
      `type ${name} @model(store: ${store}) ${access} { a: String }`;
    const long = 'Aa'.repeat(18);
    expect([faultsOf(model(long)), faultsOf(model(long, 'DOCUMENT')).length]).toEqual([[], 1]);
    expect(faultsOf(model('AAa'.repeat(13)))).toEqual([expect.stringMatching(/more than 54 letters/)]);
  });

  test('find the reference a list belongs to when there is only one, and ask when there are two', () => {
    const flight = (fields: string): string => `type Flight @model ${access} { ${fields} }`;
    const airport = `type Airport @model ${access} { iata: String departures: [Flight!]! @relation }`;
    expect(modelsOf([airport, flight('origin: Airport!')]).get('Airport')?.lists[0]?.via).toBe('origin');
    expect(faultsOf(airport, flight('origin: Airport! destination: Airport!'))[0]).toMatch(
      /say which field of Flight/,
    );
  });

  test('of the demo compose into a supergraph', async () => {
    await using data = await openData();
    expect(composeSupergraph([{ name: 'data', sdl: data.sdl }])).toContain('type AirportConnection');
  });

  test('of the demo make this API', async () => {
    const models = modelsOf(modelFiles().map(({ text }) => text));
    await expect(modelTypeDefs(models)).toMatchFileSnapshot('demo-models.sdl.snap');
  });
});

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

  test('lose a field that holds no value anywhere, or give it another type, and its bound and index follow', async () => {
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
      `SELECT column_name AS column, data_type AS type FROM information_schema.columns WHERE table_schema = 'data' AND table_name = 'gate' AND column_name IN ('floor', 'wing')`,
    );
    expect(rows).toEqual([{ column: 'floor', type: 'integer' }]);
    const indexed = await database.query(
      `SELECT 1 FROM pg_indexes WHERE indexdef LIKE '%(workspace_id, floor, id)'`,
    );
    expect(indexed.rows).toHaveLength(1);
    const back = migrateTables(database, gate('floor: String'), { log });
    await expect(back).rejects.toThrow(/Gate\.floor would turn stored integer into text/);
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
