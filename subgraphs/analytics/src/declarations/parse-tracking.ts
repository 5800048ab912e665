import { type ObjectTypeDefinitionNode, valueFromASTUntyped } from 'graphql';
import { type EventType, type EventTypes, eventTableName, type RowField } from '../domain/row-type.ts';
import { type DeclarationFile, Faults, isObjectType } from './faults.ts';
import { flatField } from './read-fields.ts';

const maxProperties = 50;
/** Of a table, as the batch engine takes it. */
const maxNameLength = 63;

/**
 * The kinds of events applications may track, by their names in `track`:
 * `type PageViewed @event(name: "page.viewed") { path: String! loadMs: Int }`.
 * @throws CodedError MODEL_INVALID with every fault of every file.
 */
export function parseTracking(files: readonly DeclarationFile[]): EventTypes {
  const faults = new Faults();
  const types = new Map<string, EventType>();
  for (const definition of files.flatMap((file) => faults.definitionsIn(file))) {
    if (!isObjectType(definition)) {
      faults.add(definition, definition.kind, 'tracking files hold object types only');
      continue;
    }
    const type = readType(definition, faults);
    if (types.has(type.eventName))
      faults.add(definition, type.typeName, `${type.eventName} is declared twice`);
    const table = eventTableName(type.eventName);
    if (table.length > maxNameLength)
      faults.add(
        definition,
        type.typeName,
        `${type.eventName} would be a table of more than ${maxNameLength} characters in SQL`,
      );
    const alike = [...types.keys()].find(
      (other) => other !== type.eventName && eventTableName(other) === table,
    );
    if (alike !== undefined)
      faults.add(
        definition,
        type.typeName,
        `${type.eventName} and ${alike} would both be the table ${table} in SQL`,
      );
    types.set(type.eventName, type);
  }
  faults.throwIfAny();
  return types;
}

function readType(node: ObjectTypeDefinitionNode, faults: Faults): EventType {
  const typeName = node.name.value;
  const directive = node.directives?.find(({ name }) => name.value === 'event');
  const argument = directive?.arguments?.find(({ name }) => name.value === 'name');
  const eventName = argument === undefined ? undefined : valueFromASTUntyped(argument.value);
  if (typeof eventName !== 'string' || !/^[a-z][a-z0-9_]*(\.[a-z0-9_]+){1,3}$/.test(eventName))
    faults.add(
      node,
      typeName,
      'needs @event(name: "page.viewed"): two to four words in lower case, joined by dots',
    );
  const fields = (node.fields ?? []).flatMap((field): readonly RowField[] => {
    const read = flatField(field, new Set());
    if (read !== undefined) return [read];
    faults.add(
      field,
      `${typeName}.${field.name.value}`,
      'a property is a String, Int, Float, Boolean, DateTime or ID',
    );
    return [];
  });
  for (const [at, { name }] of fields.entries()) {
    const alike = fields.slice(0, at).find((other) => other.name.toLowerCase() === name.toLowerCase());
    if (alike !== undefined)
      faults.add(node, `${typeName}.${name}`, `SQL would not tell it from ${alike.name}`);
  }
  if (fields.length > maxProperties) faults.add(node, typeName, `has more than ${maxProperties} properties`);
  return {
    kind: 'EVENT',
    typeName,
    eventName: String(eventName),
    description: node.description?.value,
    fields,
  };
}
