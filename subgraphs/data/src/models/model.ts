import type { ForeignEntity } from '@tributary/schema';
import type { Grant } from '@tributary/subgraph-kit';
import type { Constraint } from './constraint.ts';

/** The scalars a model's field may have. */
export const scalarTypes = ['String', 'Int', 'Float', 'Boolean', 'DateTime', 'ID', 'JSON'] as const;

export type ScalarType = (typeof scalarTypes)[number];

/** Something stored in each item: a scalar field, a reference (as the other's id), or one of the attributes every item has. */
export interface Attribute {
  /** The name in GraphQL, in events and in documents. */
  readonly name: string;
  readonly column: string;
  readonly type: ScalarType;
  readonly required: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly description: string | undefined;
  /** The model a reference points to; undefined for scalars. */
  readonly target: string | undefined;
  /** The entity of another subgraph whose id it holds; undefined for all else. */
  readonly foreign: ForeignEntity | undefined;
  /** Bounds of its values; undefined without any. */
  readonly constraint: Constraint | undefined;
  /** Set by the system: never part of an input. */
  readonly system: boolean;
}

/** The other end of references: `departures` of an airport are the flights whose `origin` it is. */
export interface ListRelation {
  readonly name: string;
  readonly target: string;
  /** The reference of the target that points back here. */
  readonly via: string;
  readonly description: string | undefined;
}

/** A model, compiled: everything that tables, SDL, resolvers, rules and events are made from. */
export interface Model {
  readonly name: string;
  readonly description: string | undefined;
  readonly store: 'RELATIONAL' | 'DOCUMENT';
  /** Root fields: `airport`, `airports`. */
  readonly singular: string;
  readonly plural: string;
  readonly table: string;
  /** System attributes first, then the model's own in their order. */
  readonly attributes: readonly Attribute[];
  readonly lists: readonly ListRelation[];
  readonly read: readonly Grant[];
  readonly write: readonly Grant[];
  /** Whether its items have a text that is edited together. */
  readonly room: boolean;
}

const maxTextLength = 10_000;
/** B-tree entries are limited to about 2,700 bytes; text with a unique or plain index must fit. */
const maxIndexedTextLength = 500;

/** How many UTF-16 units a text of this attribute may have, whatever its constraint. */
export function mostTextLength({ unique, indexed }: Pick<Attribute, 'unique' | 'indexed'>): number {
  return unique || indexed ? maxIndexedTextLength : maxTextLength;
}

export type Models = ReadonlyMap<string, Model>;

const system = {
  required: true,
  unique: false,
  indexed: false,
  target: undefined,
  foreign: undefined,
  constraint: undefined,
  system: true,
} as const;

/** What every item has besides the fields of its model. */
export const systemAttributes: readonly Attribute[] = [
  {
    ...system,
    name: 'id',
    column: 'id',
    type: 'ID',
    description: 'A UUID; version 7, which sorts by the time of creation, unless its creator chose another.',
  },
  {
    ...system,
    name: 'version',
    column: 'version',
    type: 'Int',
    description: 'Starts at 1 and grows by 1 with each change.',
  },
  { ...system, name: 'createdAt', column: 'created_at', type: 'DateTime', description: undefined },
  { ...system, name: 'updatedAt', column: 'updated_at', type: 'DateTime', description: undefined },
  {
    ...system,
    name: 'createdBy',
    column: 'created_by',
    type: 'String',
    description: 'The user or API key that made it; members see it.',
  },
];

/** The attributes by which one item can be asked for: its id, then its unique fields. */
export function keyAttributes(model: Model): readonly Attribute[] {
  return model.attributes.filter(
    (attribute) => attribute.name === 'id' || (attribute.unique && !attribute.system),
  );
}

export function attributeOf(model: Model, name: string): Attribute | undefined {
  return model.attributes.find((attribute) => attribute.name === name);
}

/** Whether it holds the id of something: of the item itself, of another item, or of another subgraph's entity. */
export function holdsId({ name, target, foreign }: Attribute): boolean {
  return name === 'id' || target !== undefined || foreign !== undefined;
}

/** The references of all models that point to `target`. */
export function referencesTo(
  models: Models,
  target: string,
): readonly { readonly model: Model; readonly attribute: Attribute }[] {
  return [...models.values()].flatMap((model) =>
    model.attributes
      .filter((attribute) => attribute.target === target)
      .map((attribute) => ({ model, attribute })),
  );
}

/** The model of a name that is known to exist. */
export function modelNamed(models: Models, name: string): Model {
  const model = models.get(name);
  if (model === undefined) throw new TypeError(`no model ${name}`);
  return model;
}
