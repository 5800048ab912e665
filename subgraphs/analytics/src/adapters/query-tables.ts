import type { BatchColumn, BatchColumnType, BatchTable } from '@tributary/engines/batch-engine';
import type { Sql } from '@tributary/engines/relational';
import type { ModelType } from '../domain/metric.ts';
import { type EventType, type EventTypes, eventTableName, type FieldType } from '../domain/row-type.ts';
import { type EventRange, eventLines } from './event-rows.ts';

/** A table that SQL may name: where its rows come from, and what they are. */
export interface QueryTable {
  readonly name: string;
  readonly description: string | undefined;
  readonly columns: readonly BatchColumn[];
  readonly rows: /** All kinds of events, or one. */
    | { readonly of: 'EVENTS'; readonly kind: EventType | undefined }
    /** The data subgraph's own, with the rights of the caller. */
    | { readonly of: 'MODEL'; readonly typeName: string };
}

const columnTypes: Readonly<Record<FieldType, BatchColumnType>> = {
  String: 'STRING',
  Int: 'BIGINT',
  Float: 'DOUBLE',
  Boolean: 'BOOLEAN',
  DateTime: 'TIMESTAMP',
  ID: 'STRING',
};
const ownColumns: readonly BatchColumn[] = [
  { name: 'id', type: 'STRING' },
  { name: 'subject', type: 'STRING' },
  { name: 'time', type: 'TIMESTAMP' },
  { name: 'received_at', type: 'TIMESTAMP' },
];

/** The tables of an installation: all events, each kind of them, each model. A model whose table would be called like one of events has none. */
export function queryTables(
  events: EventTypes,
  models: Iterable<ModelType>,
): ReadonlyMap<string, QueryTable> {
  const all: readonly QueryTable[] = [
    ...[...models].map(modelTable),
    ...[...events.values()].map(kindTable),
    {
      name: 'events',
      description: 'Every tracked event; its properties are JSON text.',
      columns: [...ownColumns, { name: 'name', type: 'STRING' }, { name: 'properties', type: 'STRING' }],
      rows: { of: 'EVENTS', kind: undefined },
    },
  ];
  return new Map(all.map((table) => [table.name, table]));
}

/** Those of the tables whose names stand somewhere in the text: what it does not name it cannot read, and reading costs. */
export function namedTables(tables: ReadonlyMap<string, QueryTable>, text: string): readonly QueryTable[] {
  const words = new Set(text.toLowerCase().match(/\w+/g));
  return [...tables.values()].filter(({ name }) => words.has(name));
}

/** What a table's rows are read with. */
export interface RowSources {
  readonly sql: Sql;
  readonly range: EventRange;
  /** Most events of a table. */
  readonly maxEvents: number;
  readonly modelRows: (typeName: string) => AsyncIterable<Uint8Array>;
}

/** A table as the batch engine takes it. Rows are chosen by workspace and rights before the query's engine sees one. */
export function batchTable({ name, columns, rows }: QueryTable, sources: RowSources): BatchTable {
  const read = (): AsyncIterable<Uint8Array> =>
    rows.of === 'MODEL' ? sources.modelRows(rows.typeName) : eventLines(rows.kind, sources);
  return { name, format: 'JSON', columns, files: [{ read }] };
}

function kindTable(type: EventType): QueryTable {
  return {
    name: eventTableName(type.eventName),
    description: type.description,
    columns: [...ownColumns, ...propertyColumns(type)],
    rows: { of: 'EVENTS', kind: type },
  };
}

/** `flight_note` for `FlightNote`, its columns by the names of the fields; references are the other's id. */
function modelTable({ typeName, fields, description }: ModelType): QueryTable {
  return {
    name: typeName.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
    description,
    columns: fields.map(({ name, type }) => ({ name, type: columnTypes[type] })),
    rows: { of: 'MODEL', typeName },
  };
}

/** A property named as a column that every event has gives way to it. */
function propertyColumns({ fields }: EventType): readonly BatchColumn[] {
  return fields
    .filter(({ name }) => !ownColumns.some((own) => own.name === name.toLowerCase()))
    .map(({ name, type }) => ({ name, type: columnTypes[type] }));
}
