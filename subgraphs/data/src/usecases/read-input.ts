import { CodedError, isId, newId } from '@tributary/runtime';
import { isStorableText, notAnId } from '@tributary/subgraph-kit';
import { allFaults, badInput } from '../items/refusals.ts';
import { brokenBound, type Constraint, constraintInWords } from '../models/constraint.ts';
import {
  type Attribute,
  attributeOf,
  keyAttributes,
  type Model,
  type Models,
  modelNamed,
  mostTextLength,
} from '../models/model.ts';
import type { ItemReader } from '../reading/item-reader.ts';

/** An input object as GraphQL coerced it: the types are right, the meaning is not yet checked. */
export type Input = Readonly<Record<string, unknown>>;

export interface InputReading {
  readonly models: Models;
  readonly reader: ItemReader;
}

/** What an input says, before its references are looked up. */
export interface ReadValues {
  /** By their stored names; references are yet to be added. */
  readonly values: Record<string, unknown>;
  readonly references: readonly Reference[];
}

/** The other item an attribute is to refer to, by one of its keys. */
export interface Reference {
  readonly attribute: Attribute;
  readonly target: Model;
  readonly key: Attribute;
  readonly value: string;
}

/**
 * The attributes an input sets, by their stored names, references looked up and turned into ids. Absent fields stay absent.
 * @throws CodedError BAD_USER_INPUT naming the field, and with several faults each of them in `details.errors`; NOT_FOUND for a reference to what is not there.
 */
export async function readInput(model: Model, input: Input, reading: InputReading): Promise<Input> {
  const read = readValues(model, input, reading.models);
  return withReferences(read, await lookUp(read.references, reading));
}

/** The half of `readInput` that looks nothing up. @throws CodedError BAD_USER_INPUT */
export function readValues(model: Model, input: Input, models: Models): ReadValues {
  const values: Record<string, unknown> = {};
  const references: Reference[] = [];
  const faults: CodedError[] = [];
  for (const attribute of model.attributes) {
    if (attribute.system) continue;
    try {
      const value = givenFor(attribute, input);
      if (value === undefined) continue;
      if (value === null) {
        if (attribute.required) throw badInput(attribute.name, 'is required and cannot be null');
        values[attribute.name] = null;
      } else if (attribute.target === undefined) {
        values[attribute.name] = checked(attribute, value);
      } else {
        const target = modelNamed(models, attribute.target);
        references.push({ attribute, target, ...readKey(target, value as Input, attribute.name) });
      }
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      faults.push(error);
    }
  }
  const [fault, ...others] = faults;
  if (fault !== undefined) throw allFaults([fault, ...others]);
  return { values, references };
}

/** Ids of what is there and may be seen, by model and key (`Airport.iata`) and by value. */
export type FoundIds = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Looks up what any number of inputs refer to: each key of a model is one statement, each of its values is asked for once. */
export async function lookUp(references: readonly Reference[], { reader }: InputReading): Promise<FoundIds> {
  const wanted = new Map<string, { readonly reference: Reference; readonly values: Set<string> }>();
  for (const reference of references) {
    const place = placeOf(reference);
    const known = wanted.get(place);
    if (known === undefined) wanted.set(place, { reference, values: new Set([reference.value]) });
    else known.values.add(reference.value);
  }
  const found = [...wanted].map(
    async ([place, { reference, values }]) =>
      [place, await reader.idsByKey(reference.target, reference.key, [...values])] as const,
  );
  return new Map(await Promise.all(found));
}

function placeOf({ target, key }: Reference): string {
  return `${target.name}.${key.name}`;
}

/** Adds what references were found to be. @throws CodedError NOT_FOUND for the first that is not there */
export function withReferences({ values, references }: ReadValues, found: FoundIds): Input {
  for (const reference of references) {
    const id = found.get(placeOf(reference))?.get(reference.value);
    const { name } = reference.attribute;
    if (id === undefined)
      throw new CodedError('NOT_FOUND', `${name} refers to no existing ${reference.target.name}.`, {
        details: { field: name },
      });
    values[name] = id;
  }
  return values;
}

/** What `withReferences` gives, for a new item: every attribute has a value, and the required ones have one that is not null. */
export function complete(model: Model, values: Input): Input {
  const whole: Record<string, unknown> = {};
  for (const attribute of model.attributes) {
    if (attribute.system) continue;
    const value = values[attribute.name] ?? null;
    if (value === null && attribute.required) throw badInput(attribute.name, 'is required');
    whole[attribute.name] = value;
  }
  return whole;
}

/**
 * The id of a new item: the client's own, which makes a repeated creation meet the first, or else a new one. Ids belong to their workspace:
 * what another one calls by this id is neither in the way nor told of.
 * @throws CodedError BAD_USER_INPUT unless it is a UUID in lower case.
 */
export function readNewId({ id }: Input): string {
  if (id === undefined || id === null) return newId();
  if (!isId(id)) throw badInput('id', 'is not a UUID in lower case');
  return id;
}

function givenFor(attribute: Attribute, input: Input): unknown {
  if (attribute.foreign !== undefined) return input[`${attribute.name}Id`];
  return attribute.target === undefined ? input[attribute.name] : referenceIn(attribute, input);
}

function checked(attribute: Attribute, value: unknown): unknown {
  if (attribute.foreign !== undefined && !isId(value)) throw notAnId(`${attribute.name}Id`, 'field');
  if (attribute.constraint !== undefined) checkBounds(attribute, attribute.constraint, value);
  if (typeof value !== 'string' || attribute.type === 'DateTime' || attribute.type === 'JSON') return value;
  const most = mostTextLength(attribute);
  if (value.length > most) throw badInput(attribute.name, `may have ${most} characters at most`);
  if (!isStorableText(value)) throw badInput(attribute.name, 'holds U+0000 or half a surrogate pair');
  if (attribute.unique && value.trim() === '')
    throw badInput(attribute.name, 'is unique and cannot be empty');
  return value;
}

function checkBounds({ name }: Attribute, constraint: Constraint, value: unknown): void {
  const bound = brokenBound(constraint, value);
  if (bound === undefined) return;
  throw new CodedError('BAD_USER_INPUT', `${name} must be ${constraintInWords(constraint)}.`, {
    details: { field: name, bound, limit: constraint[bound] },
  });
}

/** `originId: "…"` or `origin: { id | iata: … }`, not both. */
function referenceIn(attribute: Attribute, input: Input): unknown {
  const direct = input[`${attribute.name}Id`];
  const named = input[attribute.name];
  if (direct === undefined) return named;
  if (named !== undefined)
    throw badInput(attribute.name, `is given twice, as ${attribute.name} and as ${attribute.name}Id`);
  return direct === null ? null : { id: direct };
}

/** The one key an object names an item by. @throws CodedError BAD_USER_INPUT for none, several, null, or an id that is none. */
export function readKey(
  model: Model,
  ref: Input,
  place: string,
): { readonly key: Attribute; readonly value: string } {
  let given: readonly [string, unknown] | undefined;
  for (const name in ref) {
    const value = ref[name];
    if (value === undefined || value === null) continue;
    if (given !== undefined) throw needsOneKey(model, place);
    given = [name, value];
  }
  if (given === undefined) throw needsOneKey(model, place);
  const key = attributeOf(model, given[0]);
  if (key === undefined) throw badInput(place, `has no key ${given[0]}`);
  const value = String(given[1]);
  if (key.name === 'id' && !isId(value))
    throw notAnId(place === model.singular ? 'id' : `${place}.id`, 'field');
  if (!isStorableText(value)) throw badInput(place, 'holds U+0000 or half a surrogate pair');
  return { key, value };
}

function needsOneKey(model: Model, place: string): CodedError {
  const names = keyAttributes(model).map(({ name }) => name);
  return badInput(place, `needs exactly one of ${names.join(', ')}`);
}
