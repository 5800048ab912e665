import { CodedError } from '@tributary/runtime';
import {
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { codedGraphQLError } from '../answer-errors.ts';
import { isIntrospection } from './introspection.ts';
import { leafReader, notALeaf } from './leaf-values.ts';
import { isInherited, isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { Selections } from './selected-fields.ts';

/**
 * Result completion (GraphQL §6.4.3–6.4.4) over what the fetches brought: exactly the selected fields, in the order they were asked for,
 * with every null where it belongs.
 *
 * It is compiled to a tree of closures, one for each field of each type that really occurs, made when the first object of that type
 * comes by. Completing an answer then looks up nothing but values: no selections, no directives, no schema.
 */
export interface AnswerShape {
  /** Puts the answer together, and tells of every null that nothing has explained yet. */
  complete(brought: BroughtData): ShapedAnswer;
}

export interface BroughtData {
  readonly data: JsonObject;
  /** What the schema says of itself, by response key. */
  readonly introspection: JsonObject;
  /** Entities of which their owner said that there are none, or none for this caller. */
  readonly absent: ReadonlySet<JsonObject>;
}

export interface ShapedAnswer {
  readonly data: JsonObject | null;
  readonly errors: readonly GraphQLError[];
}

/** Where in the answer we are, and what went wrong there. The path is kept for objects and elements only: leaves add their own key. */
interface Completion {
  readonly trail: (string | number)[];
  readonly errors: GraphQLError[];
  readonly absent: ReadonlySet<JsonObject>;
  /** The object whose fields are being completed is such an entity. */
  inAbsent: boolean;
  /** The last null that came up stands for such an entity. */
  isAbsence: boolean;
}

/** A null that the schema forbids: it takes what is around it with it. */
const forbiddenNull: unique symbol = Symbol('forbidden null');

type Complete = (value: unknown, completion: Completion) => unknown;
type ObjectWriter = (object: JsonObject, completion: Completion) => JsonObject | typeof forbiddenNull;

interface CompiledField {
  readonly key: string;
  readonly inherited: boolean;
  readonly complete: Complete;
}

export function answerShape(schema: GraphQLSchema, selections: Selections): AnswerShape {
  const root = schema.getRootType(selections.operation.operation);
  if (root === undefined || root === null) throw new TypeError('the schema has no such root type');
  const compiler = new ShapeCompiler(schema, selections);
  const write = compiler.objectWriter([selections.operation.selectionSet], root);
  const introspected = [...selections.fieldsOf([selections.operation.selectionSet], root.name)]
    .filter(([, [node]]) => node !== undefined && isIntrospection(node))
    .map(([key]) => key);
  return {
    complete: ({ data, introspection, absent }) => {
      for (const key of introspected) writeOwn(data, key, readOwn(introspection, key) ?? null);
      const errors: GraphQLError[] = [];
      const written = write(data, { trail: [], errors, absent, inAbsent: false, isAbsence: false });
      return { data: written === forbiddenNull ? null : written, errors };
    },
  };
}

class ShapeCompiler {
  readonly #schema: GraphQLSchema;
  readonly #selections: Selections;

  constructor(schema: GraphQLSchema, selections: Selections) {
    this.#schema = schema;
    this.#selections = selections;
  }

  objectWriter(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): ObjectWriter {
    // Of some interface objects no more is known than the interface, because the subgraph that knows could not say: where the answer
    // depends on it, there is none.
    if (!isObjectType(type) && this.#selections.dependOnType(sets, type.name)) return () => forbiddenNull;
    const fields: readonly CompiledField[] = [...this.#selections.fieldsOf(sets, type.name)].map(
      ([key, nodes]) => {
        const below = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
        const name = nodes[0]?.name.value ?? key;
        return { key, inherited: isInherited(key), complete: this.#field({ type, name, below }) };
      },
    );
    return (object, completion) => {
      const answer: JsonObject = {};
      const isAbsent = completion.absent.size > 0 && completion.absent.has(object);
      for (const { key, inherited, complete } of fields) {
        completion.inAbsent = isAbsent;
        completion.trail.push(key);
        const value = complete(inherited ? readOwn(object, key) : object[key], completion);
        completion.trail.pop();
        if (value === forbiddenNull) return forbiddenNull;
        if (inherited) writeOwn(answer, key, value);
        else answer[key] = value;
      }
      return answer;
    };
  }

  #field({ type, name, below }: FieldRequest): Complete {
    if (name === '__typename') return () => type.name;
    if (name === '__schema' || name === '__type') return (value) => value;
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    if (definition === undefined) throw new TypeError(`${type.name} has no field ${name}`);
    return this.#value(definition.type, below, `${type.name}.${name}`);
  }

  #value(type: GraphQLOutputType, below: readonly SelectionSetNode[], field: string): Complete {
    if (isNonNullType(type)) {
      const inner = this.#value(type.ofType, below, field);
      return (value, completion) => {
        const { errors, inAbsent } = completion;
        const before = errors.length;
        completion.isAbsence = false;
        const completed = inner(value, completion);
        if (completed !== null) return completed;
        // Whatever made it null has been told already, or is no error until it meets a place that cannot be null.
        if (errors.length === before && completion.isAbsence) errors.push(absentError(completion.trail));
        else if (errors.length === before && !inAbsent)
          broken(completion, `Cannot return null for non-nullable field ${field}.`);
        return forbiddenNull;
      };
    }
    if (isListType(type)) return listOf(this.#value(type.ofType, below, field), field);
    if (isCompositeType(type)) return this.#object(type, below, field);
    const read = leafReader(type);
    return (value, completion) => {
      if (value === undefined || value === null) return null;
      const leaf = read(value);
      if (leaf !== notALeaf) return leaf;
      broken(completion, `The value of ${field} is no ${type.name}.`);
      return null;
    };
  }

  #object(type: GraphQLCompositeType, below: readonly SelectionSetNode[], field: string): Complete {
    const writers = new Map<string, ObjectWriter>();
    const writerOf = (name: string): ObjectWriter | undefined => {
      const made = writers.get(name);
      if (made !== undefined) return made;
      const named = this.#schema.getType(name);
      if (!isObjectType(named) && !isInterfaceType(named)) return undefined;
      const writer = this.objectWriter(below, named);
      writers.set(name, writer);
      return writer;
    };
    return (value, completion) => {
      if (value === undefined || value === null) return null;
      if (!isJsonObject(value)) {
        broken(completion, `The value of ${field} is no object.`);
        return null;
      }
      const typename = isObjectType(type) ? type.name : (value['__typename'] ?? type.name);
      const write = typeof typename === 'string' ? writerOf(typename) : undefined;
      if (write === undefined) {
        broken(completion, `The value of ${field} is of a type that this graph does not have.`);
        return null;
      }
      const written = write(value, completion);
      if (written !== forbiddenNull) return written;
      completion.isAbsence = completion.absent.has(value);
      return null;
    };
  }
}

interface FieldRequest {
  readonly type: GraphQLCompositeType;
  readonly name: string;
  readonly below: readonly SelectionSetNode[];
}

function listOf(element: Complete, field: string): Complete {
  return (value, completion) => {
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) {
      broken(completion, `The value of ${field} is no list.`);
      return null;
    }
    const list: unknown[] = new Array(value.length);
    const { trail } = completion;
    const at = trail.push(0) - 1;
    for (let index = 0; index < value.length; index += 1) {
      trail[at] = index;
      const completed = element(value[index], completion);
      if (completed === forbiddenNull) {
        trail.pop();
        return null;
      }
      list[index] = completed;
    }
    trail.pop();
    return list;
  };
}

/** A promise of the schema that a subgraph broke is no fault of the caller's: it is masked like any surprise. */
function broken({ errors, trail }: Completion, message: string): void {
  errors.push(new GraphQLError(message, { path: [...trail], originalError: new Error(message) }));
}

/** An absent entity is a null like any other where there may be one; here something cannot be without it. */
function absentError(trail: readonly (string | number)[]): GraphQLError {
  const error = new CodedError('NOT_FOUND', 'Something that this cannot be without does not exist.');
  return codedGraphQLError(error, [...trail]);
}
