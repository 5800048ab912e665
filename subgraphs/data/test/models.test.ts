import { CodedError } from '@tributary/runtime';
import { composeSupergraph, modelFiles } from '@tributary/schema';
import { isTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { dataTypeDefs } from '../src/index.ts';
import { modelTypeDefs } from '../src/models/model-sdl.ts';
import { snakeCase } from '../src/models/names.ts';
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
