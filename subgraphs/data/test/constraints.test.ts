import { CodedError, createLogger, newId } from '@tributary/runtime';
import { freshDatabase, rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenBound, type Constraint } from '../src/models/constraint.ts';
import { migrateTables } from '../src/records/migrate-tables.ts';
import { modelsOf } from './models-of.ts';
import { anonymous, member, type OpenData, openData } from './open-data.ts';

const access = '@access(read: [PUBLIC], write: [EDITOR])';
const fields = `
  "Degrees north."
  latitude: Float @constraint(min: -90, max: 90)
  seats: Int @constraint(min: 1)
  name: String @constraint(minLength: 2, maxLength: 4)`;
const workspaceId = newId();
const editor = member(workspaceId, 'EDITOR');
let data: OpenData;

beforeAll(async () => {
  data = await openData([
    `type Plane @model ${access} { ${fields} }`,
    `type Memo @model(store: DOCUMENT) ${access} { ${fields} }`,
  ]);
});
afterAll(() => data[Symbol.asyncDispose]());

describe.each(['Plane', 'Memo'])('the fields of a %s', (type) => {
  const create = (input: object) =>
    data.run(editor, `mutation ($input: ${type}Input!) { create${type}(input: $input) { id version } }`, {
      input,
    });

  test('take values on their bounds, and none', async () => {
    for (const input of [
      { latitude: -90, seats: 1, name: 'ab' },
      { latitude: 90, seats: 2_147_483_647, name: '🛫🛬🛫🛬' },
      { latitude: null },
    ])
      expect((await create(input)).errors).toEqual([]);
  });

  test.each([
    { input: { latitude: 90.001 }, field: 'latitude', bound: 'max', limit: 90 },
    { input: { latitude: -91 }, field: 'latitude', bound: 'min', limit: -90 },
    { input: { seats: 0 }, field: 'seats', bound: 'min', limit: 1 },
    { input: { name: '' }, field: 'name', bound: 'minLength', limit: 2 },
    { input: { name: 'abcde' }, field: 'name', bound: 'maxLength', limit: 4 },
  ])('are refused beyond them, naming field and bound: $input', async ({ input, ...said }) => {
    const { code, errors } = await create(input);
    expect(code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.extensions).toMatchObject(said);
    expect(errors[0]?.message).toContain(said.field);
  });

  test('keep to them when they are changed, and in bulk each item by itself', async () => {
    const { data: made } = await create({ seats: 3 });
    const update = `mutation ($id: ID!) { update${type}(id: $id, input: { seats: -1 }) { version } }`;
    expect((await data.run(editor, update, { id: made[`create${type}`].id })).code).toBe('BAD_USER_INPUT');
    const bulk = await data.run(
      editor,
      `mutation { create${type}s(input: [{ seats: 1 }, { seats: 0 }, { seats: 2 }]) { error { code details } } }`,
    );
    expect(bulk.data[`create${type}s`].map(({ error }: { error: unknown }) => error)).toEqual([
      null,
      { code: 'BAD_USER_INPUT', details: { field: 'seats', bound: 'min', limit: 1 } },
      null,
    ]);
  });
});

test('are in the graph for whoever makes forms, in words and as figures', async () => {
  expect(data.sdl).toContain('"Degrees north. From -90 to 90."');
  const answer = await data.run(
    anonymous(workspaceId),
    '{ fieldConstraints { coordinates min max minLength maxLength } }',
  );
  expect(answer.data.fieldConstraints).toContainEqual({
    coordinates: ['Plane.latitude', 'PlaneInput.latitude', 'PlanePatch.latitude'],
    min: -90,
    max: 90,
    minLength: null,
    maxLength: null,
  });
  expect(answer.data.fieldConstraints).toHaveLength(6);
});

describe('model files', () => {
  const faultOf = (field: string): string => {
    try {
      modelsOf([`type A @model ${access} { ${field} }`]);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'MODEL_INVALID') return error.message;
      throw error;
    }
    return '';
  };

  test.each([
    ['a: String @constraint(min: 1)', 'min does not bound String'],
    ['a: Int @constraint(minLength: 1)', 'minLength does not bound Int'],
    ['a: Int @constraint(min: 1.5)', 'min is a whole number'],
    ['a: Int @constraint(max: 3000000000)', 'max is beyond what Int holds'],
    ['a: Int @constraint(min: "1")', 'min is a number'],
    ['a: Float @constraint(max: 1e999)', 'max is a number'],
    ['a: Int @constraint(min: 2, max: 1)', 'no value lies between'],
    ['a: String @constraint(minLength: 9, maxLength: 8)', 'no value lies between'],
    ['a: String @constraint(maxLength: 10001)', 'maxLength is from 0 to 10000'],
    ['a: String @index @constraint(maxLength: 501)', 'maxLength is from 0 to 500'],
    ['a: String @constraint', '@constraint sets no bound'],
    ['a: String @constraint(pattern: "(a+)+$")', '@constraint has no argument pattern'],
    ['a: Boolean @constraint(min: 0)', 'min does not bound Boolean'],
    ['a: File @constraint(minLength: 3)', '@constraint does not go with this type'],
    ['t: String a: [A!]! @relation @constraint(min: 3)', '@constraint does not go with this type'],
  ])('are refused for %s', (field, fault) => {
    expect(faultOf(field)).toContain(fault);
  });
});

describe('tables', () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const gate = (constraint: string) => modelsOf([`type Gate @model ${access} { floor: Int ${constraint} }`]);
  const insert = (floor: number): string =>
    `INSERT INTO data.gate (workspace_id, id, version, created_at, updated_at, created_by, floor) SELECT gen_random_uuid(), gen_random_uuid(), 1, now(), now(), 'x', ${floor}`;
  const checks = `SELECT pg_get_constraintdef(oid) AS check, convalidated AS validated FROM pg_constraint WHERE conrelid = 'data.gate'::regclass AND contype = 'c'`;

  test('hold bounds themselves, take on new ones over rows that keep them, and let go of old ones', async () => {
    await using database = await freshDatabase();
    await migrateTables(database, gate('@constraint(min: 1)'), { log });
    await expect(database.query(insert(0))).rejects.toThrow('violates check constraint');
    await database.query(insert(1));
    await migrateTables(database, gate('@constraint(min: 1, max: 3)'), { log });
    await migrateTables(database, gate('@constraint(min: 1, max: 3)'), { log });
    expect((await database.query(checks)).rows).toEqual([
      { check: 'CHECK (((floor >= 1) AND (floor <= 3)))', validated: true },
    ]);
    await migrateTables(database, gate(''), { log });
    await database.query(insert(0));
  });

  test('are left alone when stored rows break a bound, and the refusal says which and how many', async () => {
    await using database = await freshDatabase();
    await migrateTables(database, gate(''), { log });
    for (const floor of [0, -1, 5]) await database.query(insert(floor));
    await expect(migrateTables(database, gate('@constraint(min: 1)'), { log })).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      details: { refusals: ['Gate.floor would have to be at least 1, but 2 stored rows are not'] },
    });
    expect((await database.query(checks)).rows).toEqual([]);
  });

  test('whose check was added but not yet validated when the process died are validated by the next', async () => {
    await using database = await freshDatabase();
    await migrateTables(database, gate('@constraint(min: 1)'), { log });
    await database.query(insert(2));
    const { rows } = await database.query<{ readonly name: string }>(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = 'data.gate'::regclass AND contype = 'c'`,
    );
    const name = rows[0]?.name;
    await database.query(`ALTER TABLE data.gate DROP CONSTRAINT "${name}"`);
    await database.query(`ALTER TABLE data.gate ADD CONSTRAINT "${name}" CHECK ("floor" >= 1) NOT VALID`);
    await migrateTables(database, gate('@constraint(min: 1)'), { log });
    expect((await database.query(checks)).rows).toMatchObject([{ validated: true }]);
  });

  test('refuse what an older process writes past a bound it does not know of, with a code', async () => {
    await using old = await openData([`type Gate @model ${access} { floor: Int }`]);
    await migrateTables(old.relational, gate('@constraint(min: 1)'), { log });
    const { code } = await old.run(editor, 'mutation { createGate(input: { floor: 0 }) { id } }');
    expect(code).toBe('BAD_USER_INPUT');
  });

  test('and writes agree on which values keep a bound', async () => {
    await using database = await freshDatabase();
    const constraint: Constraint = { minLength: 2, maxLength: 4 };
    await database.query('CREATE TABLE t (v text CHECK (char_length(v) >= 2 AND char_length(v) <= 4))');
    const text = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const stored = database.query('INSERT INTO t VALUES ($1)', [value]).then(
          () => true,
          () => false,
        );
        expect(await stored).toBe(brokenBound(constraint, value) === undefined);
      }),
      { numRuns: rounds(20, 60) },
    );
  });
});
