import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type SelectionSetNode,
} from 'graphql';
import type { CompiledSize } from './compiled-size.ts';
import { type Completion, tellBroken } from './completion.ts';
import { leafWriter } from './leaf-writers.ts';
import { isInherited, isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { Selections } from './selected-fields.ts';
import {
  forbiddenNull,
  isNull,
  leaf,
  list,
  nonNull,
  type ValueWriter,
  type Written,
  writeJson,
  writeOnce,
  wrote,
} from './value-writers.ts';

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

const notAsked =
  'No subgraph was asked for it: something is missing that has to be told of the object, or is a number that lost digits.';
const nullBytes = Buffer.from('null');
const openObject = 0x7b;
const closeObject = 0x7d;

/** Of which operation writers are made. */
export interface WrittenSelections {
  readonly selections: Selections;
  /** What clients call the keys that were made up for the plan. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** Grows with what is made. */
  readonly size: CompiledSize;
}

/**
 * Result completion (GraphQL §6.4.3–6.4.4) over what the fetches brought: exactly the selected fields, in the order they were asked for,
 * with every null where it belongs, as the bytes of JSON.
 *
 * It is compiled to a tree of closures, one for each field of each type that really occurs, made when the first object of that type
 * comes by. Writing an answer then looks up nothing but values: no selections, no directives, no schema. A null that the schema forbids takes
 * back what was written of the object or list around it.
 */
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
      return (object, completion) => {
        // That no more is known has been told with what failed; that its subgraph does not say it, nobody has.
        if (object['__typename'] === undefined)
          tellBroken(completion, `An object does not say which ${type.name} it is.`);
        return forbiddenNull;
      };
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
    if (isListType(type))
      return list(this.#value(type.ofType, below, place), place.field, !isLeafType(getNamedType(type)));
    if (isCompositeType(type)) return this.#composite(type, below, place.field);
    return leaf(leafWriter(type), `The value of ${place.field} is no ${type.name}.`);
  }

  #composite(type: GraphQLCompositeType, below: readonly SelectionSetNode[], field: string): ValueWriter {
    const writers = new Map<string, ObjectWriter>();
    const writerOf = (name: string): ObjectWriter | undefined => {
      const made = writers.get(name);
      if (made !== undefined) return made;
      const named = this.#schema.getType(name);
      // Of an abstract type itself, where nobody asked which of its types it is, or no more is known.
      const isOfType = isCompositeType(named) && (named === type || isOneOf(this.#schema, named, type));
      if (!isOfType) return undefined;
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
        tellBroken(completion, `The value of ${field} is of a type that this graph does not have there.`);
        return isNull;
      }
      const written = writeOnce(value, completion, write);
      if (written !== forbiddenNull) return written;
      completion.isAbsence = completion.absent.has(value);
      return isNull;
    };
  }
}

function isOneOf(schema: GraphQLSchema, named: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
  return isAbstractType(type) && !isUnionType(named) && schema.isSubType(type, named);
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
