import { type GraphQLSchema, isInputObjectType, isObjectType } from 'graphql';
import { boundsExtension } from '../domain/broken-bound.ts';

/** What a graph with constrained fields tells of them; introspection has no place for it. */
export interface FieldConstraint {
  /** `Airport.latitude`, `AirportInput.latitude`. */
  readonly coordinates: readonly string[];
  readonly min: number | null;
  readonly max: number | null;
  readonly minLength: number | null;
  readonly maxLength: number | null;
}

/** Asks for all constraints of a graph. */
export const constraintsQuery =
  'query FieldConstraints { fieldConstraints { coordinates min max minLength maxLength } }';

/** Whether a graph can be asked. */
export function tellsConstraints(schema: GraphQLSchema): boolean {
  return schema.getQueryType()?.getFields()['fieldConstraints'] !== undefined;
}

/** The keywords of JSON Schema (2020-12, validation vocabulary, §6.2 and §6.3). */
const keywords = [
  ['min', 'minimum'],
  ['max', 'maximum'],
  ['minLength', 'minLength'],
  ['maxLength', 'maxLength'],
] as const;

/** Puts bounds on the fields they hold for, where `boundsOf` finds them. What the schema does not have is passed over. */
export function addBounds(schema: GraphQLSchema, constraints: readonly FieldConstraint[]): void {
  for (const { coordinates, ...constraint } of constraints) {
    const bounds = Object.fromEntries(
      keywords.flatMap(([name, keyword]) => (constraint[name] === null ? [] : [[keyword, constraint[name]]])),
    );
    for (const coordinate of coordinates) {
      const [typeName = '', fieldName = ''] = coordinate.split('.');
      const type = schema.getType(typeName);
      const field = isObjectType(type) || isInputObjectType(type) ? type.getFields()[fieldName] : undefined;
      if (field !== undefined) field.extensions = { ...field.extensions, [boundsExtension]: bounds };
    }
  }
}
