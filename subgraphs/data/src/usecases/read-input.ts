import { CodedError, isId, newId } from '@tributary/runtime';
import { isStorableText } from '@tributary/subgraph-kit';
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
import { type ItemReader, keysOnly } from '../reading/item-reader.ts';

/** An input object as GraphQL coerced it: the types are right, the meaning is not yet checked. */
export type Input = Readonly<Record<string, unknown>>;

export interface InputReading {
  readonly models: Models;
  readonly reader: ItemReader;
}

/**
 * The attributes an input sets, by their stored names, references looked up and turned into ids. Absent fields stay absent.
 * @throws CodedError BAD_USER_INPUT naming the field, and with several faults each of them in `details.errors`; NOT_FOUND for a reference to what is not there.
 */
export async function readInput(model: Model, input: Input, reading: InputReading): Promise<Input> {
  const values: Record<string, unknown> = {};
  const references: { readonly attribute: Attribute; readonly ref: Input }[] = [];
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
        references.push({ attribute, ref: value as Input });
      }
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      faults.push(error);
    }
  }
  const [fault, ...others] = faults;
  if (fault !== undefined) throw allFaults([fault, ...others]);
  // Looked up last: a refusal above must not leave a look-up behind that nobody waits for.
  const ids = await Promise.all(references.map(({ attribute, ref }) => referredId(attribute, ref, reading)));
  for (const [index, { attribute }] of references.entries()) values[attribute.name] = ids[index];
  return values;
}

/** As `readInput`, for a new item: every attribute has a value, and the required ones have one that is not null. */
export async function readNewInput(model: Model, input: Input, reading: InputReading): Promise<Input> {
  const values = await readInput(model, input, reading);
  const complete: Record<string, unknown> = {};
  for (const attribute of model.attributes) {
    if (attribute.system) continue;
    const value = values[attribute.name] ?? null;
    if (value === null && attribute.required) throw badInput(attribute.name, 'is required');
    complete[attribute.name] = value;
  }
  return complete;
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
  if (attribute.foreign !== undefined && !isId(value)) throw badInput(`${attribute.name}Id`, 'is not an id');
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

async function referredId(
  attribute: Attribute,
  ref: Input,
  { models, reader }: InputReading,
): Promise<string> {
  const target = modelNamed(models, attribute.target ?? '');
  const { key, value } = readKey(target, ref, attribute.name);
  const item = await reader.byKey(target, key, { value, attributes: keysOnly });
  if (item === null) {
    throw new CodedError('NOT_FOUND', `${attribute.name} refers to a ${target.name} that does not exist.`, {
      details: { field: attribute.name },
    });
  }
  return item.id;
}

/** The one key an object names an item by. @throws CodedError BAD_USER_INPUT for none, several, null, or an id that is none. */
export function readKey(
  model: Model,
  ref: Input,
  place: string,
): { readonly key: Attribute; readonly value: string } {
  const names = keyAttributes(model).map(({ name }) => name);
  const [given, ...others] = Object.entries(ref).filter(([, value]) => value !== undefined && value !== null);
  if (given === undefined || others.length > 0)
    throw badInput(place, `needs exactly one of ${names.join(', ')}`);
  const key = attributeOf(model, given[0]);
  if (key === undefined) throw badInput(place, `has no key ${given[0]}`);
  const value = String(given[1]);
  if (key.name === 'id' && !isId(value))
    throw badInput(place === model.singular ? 'id' : `${place}.id`, 'is not an id');
  if (!isStorableText(value)) throw badInput(place, 'holds U+0000 or half a surrogate pair');
  return { key, value };
}
