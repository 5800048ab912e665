import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { CompiledSize } from './compiled-size.ts';
import { type Completion, tellAbsent, tellBroken } from './completion.ts';
import { type LeafWriter, leafWriter } from './leaf-writers.ts';
import { isInherited, isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { Selections } from './selected-fields.ts';

/**
 * Result completion (GraphQL §6.4.3–6.4.4) over what the fetches brought: exactly the selected fields, in the order they were asked for,
 * with every null where it belongs, as the bytes of JSON.
 *
 * It is compiled to a tree of closures, one for each field of each type that really occurs, made when the first object of that type
 * comes by. Writing an answer then looks up nothing but values: no selections, no directives, no schema. A null that the schema forbids takes
 * back what was written of the object or list around it.
 */
export type ValueWriter = (value: unknown, completion: Completion) => Written;

/** What became of a value. Of a null nothing is written yet: whoever may hold one writes it. */
type Written = typeof wrote | typeof isNull | typeof forbiddenNull;
export const wrote = 0;
export const isNull = 1;
/** A null that the schema forbids: it takes what is around it with it. */
export const forbiddenNull = 2;

interface CompiledField {
  readonly key: string;
  /** As the client calls it. */
  readonly told: string;
  readonly inherited: boolean;
  /** What stands before the value: the brace or comma, and the key. */
  readonly before: Uint8Array;
  readonly write: ValueWriter;
}

interface FieldRequest {
  readonly type: GraphQLCompositeType;
  readonly name: string;
  readonly key: string;
  readonly below: readonly SelectionSetNode[];
}

/** A value of the schema's, or of the operation's: type names are written from here. */
interface Place {
  /** As messages name the field. */
  readonly field: string;
  readonly key: string;
}

const notAsked = 'No subgraph was asked for it: something is missing that has to be told of the object.';
const nullBytes = Buffer.from('null');
const openObject = 0x7b;
const closeObject = 0x7d;
const openList = 0x5b;
const closeList = 0x5d;
const comma = 0x2c;

/** Of which operation writers are made. */
export interface WrittenSelections {
  readonly selections: Selections;
  /** What clients call the keys that were made up for the plan. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** Grows with what is made. */
  readonly size: CompiledSize;
}

export class AnswerWriters {
  readonly #schema: GraphQLSchema;
  readonly #selections: Selections;
  readonly #clientKeys: ReadonlyMap<string, string>;
  readonly #size: CompiledSize;

  constructor(schema: GraphQLSchema, { selections, clientKeys, size }: WrittenSelections) {
    this.#schema = schema;
    this.#selections = selections;
    this.#clientKeys = clientKeys;
    this.#size = size;
  }

  /** Writes objects of a type, by the selections on it. */
  object(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): ObjectWriter {
    // Of some interface objects no more is known than the interface, because the subgraph that knows could not say: where the answer
    // depends on it, there is none.
    if (
      isAbstractType(type) &&
      this.#selections.dependOnType(sets, type.name, this.#schema.getPossibleTypes(type))
    )
      return () => forbiddenNull;
    const fields: readonly CompiledField[] = [...this.#selections.fieldsOf(sets, type.name)].map(
      ([key, nodes], at) => {
        const below = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
        const name = nodes[0]?.name.value ?? key;
        const told = this.#clientKeys.get(key) ?? key;
        this.#size.addField(told);
        const before = Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(told)}:`);
        const write = this.#field({ type, name, key, below });
        return { key, told, inherited: isInherited(key), before, write };
      },
    );
    return writeFields(fields);
  }

  #field({ type, name, key, below }: FieldRequest): ValueWriter {
    if (name === '__typename') {
      const json = Buffer.from(JSON.stringify(type.name));
      return (_value, { answer }) => {
        answer.raw(json);
        return wrote;
      };
    }
    if (name === '__schema' || name === '__type') return writeJson;
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    if (definition === undefined) throw new TypeError(`${type.name} has no field ${name}`);
    return this.#value(definition.type, below, { field: `${type.name}.${name}`, key });
  }

  #value(type: GraphQLOutputType, below: readonly SelectionSetNode[], place: Place): ValueWriter {
    if (isNonNullType(type)) return nonNull(this.#value(type.ofType, below, place), place.field);
    if (isListType(type)) return list(this.#value(type.ofType, below, place), place.field);
    if (isCompositeType(type)) return this.#composite(type, below, place.field);
    return leaf(leafWriter(type), `The value of ${place.field} is no ${type.name}.`);
  }

  #composite(type: GraphQLCompositeType, below: readonly SelectionSetNode[], field: string): ValueWriter {
    const writers = new Map<string, ObjectWriter>();
    const writerOf = (name: string): ObjectWriter | undefined => {
      const made = writers.get(name);
      if (made !== undefined) return made;
      const named = this.#schema.getType(name);
      // A union, where nobody asked which of its types it is.
      if (!isCompositeType(named)) return undefined;
      const writer = this.object(below, named);
      writers.set(name, writer);
      return writer;
    };
    // Objects of one type only have one writer, made when the first of them comes by: types may contain themselves.
    let only: ObjectWriter | undefined;
    return (value, completion) => {
      if (value === undefined || value === null) return isNull;
      if (!isJsonObject(value)) {
        tellBroken(completion, `The value of ${field} is no object.`);
        return isNull;
      }
      if (isObjectType(type)) only ??= writerOf(type.name);
      const typename = only === undefined ? (value['__typename'] ?? type.name) : '';
      const write = only ?? (typeof typename === 'string' ? writerOf(typename) : undefined);
      if (write === undefined) {
        tellBroken(completion, `The value of ${field} is of a type that this graph does not have.`);
        return isNull;
      }
      const written = writeOnce(value, completion, write);
      if (written !== forbiddenNull) return written;
      completion.isAbsence = completion.absent.has(value);
      return isNull;
    };
  }
}

export type ObjectWriter = (object: JsonObject, completion: Completion) => Written;

function writeFields(fields: readonly CompiledField[]): ObjectWriter {
  return (object, completion) => {
    const { answer, trail, absent, bereft, incomplete } = completion;
    const start = answer.length;
    const isExplained = (absent.size > 0 && absent.has(object)) || (bereft.size > 0 && bereft.has(object));
    if (fields.length === 0) answer.byte(openObject);
    const at = trail.push('') - 1;
    for (let index = 0; index < fields.length; index += 1) {
      const { key, told, inherited, before, write } = fields[index] as CompiledField;
      trail[at] = told;
      completion.isExplained = isExplained;
      answer.raw(before);
      const written = write(inherited ? readOwn(object, key) : object[key], completion);
      if (written === wrote) continue;
      if (written === isNull) {
        // A null that a subgraph answered is one; what none was asked for must not look like it.
        if (
          incomplete.size > 0 &&
          !isExplained &&
          incomplete.has(object) &&
          readOwn(object, key) === undefined
        )
          tellBroken(completion, notAsked);
        answer.raw(nullBytes);
        continue;
      }
      trail.pop();
      answer.length = start;
      return forbiddenNull;
    }
    trail.pop();
    answer.byte(closeObject);
    return wrote;
  };
}

function nonNull(inner: ValueWriter, field: string): ValueWriter {
  const message = `Cannot return null for non-nullable field ${field}.`;
  return (value, completion) => {
    const { isExplained, told: before } = completion;
    completion.isAbsence = false;
    if (inner(value, completion) === wrote) return wrote;
    completion.forbidden += 1;
    // Whatever made it null has been told already, or is no error until it meets a place that cannot be null.
    if (completion.told === before && completion.isAbsence) tellAbsent(completion);
    else if (completion.told === before && !isExplained) tellBroken(completion, message);
    return forbiddenNull;
  };
}

function list(element: ValueWriter, field: string): ValueWriter {
  const writeElements = (elements: readonly unknown[], completion: Completion): Written => {
    const { answer, trail } = completion;
    const start = answer.length;
    answer.byte(openList);
    const at = trail.push(0) - 1;
    for (let index = 0; index < elements.length; index += 1) {
      trail[at] = index;
      if (index > 0) answer.byte(comma);
      const written = element(elements[index], completion);
      if (written === wrote) continue;
      if (written === isNull) {
        answer.raw(nullBytes);
        continue;
      }
      trail.pop();
      answer.length = start;
      return isNull;
    }
    trail.pop();
    answer.byte(closeList);
    return wrote;
  };
  return (value, completion) => {
    if (value === undefined || value === null) return isNull;
    if (Array.isArray(value)) return writeOnce(value, completion, writeElements);
    tellBroken(completion, `The value of ${field} is no list.`);
    return isNull;
  };
}

function leaf(write: LeafWriter, message: string): ValueWriter {
  return (value, completion) => {
    if (value === undefined || value === null) return isNull;
    if (write(value, completion.answer)) return wrote;
    tellBroken(completion, message);
    return isNull;
  };
}

/** What stands in several places of the answer is written at the first and copied at the others, unless there is something to tell of it at each. */
function writeOnce<Value extends object>(
  value: Value,
  completion: Completion,
  write: (value: Value, completion: Completion) => Written,
): Written {
  const { answer, shared } = completion;
  const part = shared.size === 0 ? undefined : shared.get(value);
  if (part === undefined) return write(value, completion);
  const { told, forbidden } = completion;
  if (part.writer === write && part.forbidden === forbidden) {
    answer.again(part.from, part.to);
    return wrote;
  }
  const from = answer.length;
  const written = write(value, completion);
  if (written === wrote && completion.told === told && completion.forbidden === forbidden) {
    part.writer = write;
    part.from = from;
    part.to = answer.length;
    part.forbidden = forbidden;
  }
  return written;
}

const writeJson: ValueWriter = (value, { answer }) => {
  if (value === undefined || value === null) return isNull;
  answer.text(JSON.stringify(value));
  return wrote;
};
