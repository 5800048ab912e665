import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { type ContextFields, fieldsIn, fieldsOf } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';

/** The fields that one has to be brought before another, by the names of both, of whatever types. */
export type RequiredFields = ReadonlyMap<string, ReadonlySet<string>>;

/** What fields require in any subgraph (`@requires`), wherever it stands below their object. */
export function requiredFields(supergraphSchema: GraphQLSchema): RequiredFields {
  const found = new Map<string, Set<string>>();
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, astNode } of Object.values(type.getFields()))
      for (const directive of astNode?.directives ?? []) {
        const { requires } = argumentsOf(directive, 'join__field');
        if (typeof requires !== 'string') continue;
        const names = found.get(name) ?? new Set();
        found.set(name, names);
        for (const required of fieldsIn(requires)) names.add(required.name.value);
      }
  }
  return found;
}

/** For each field the fields with arguments from context that have to be asked for it: what it requires may take some, and so may what their values require. */
export function neededTakers(
  takers: ContextFields,
  required: RequiredFields,
): (field: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (field) => {
    let needed = known.get(field);
    if (needed === undefined) {
      const met = new Set<string>();
      const meet = (name: string): void => {
        for (const next of [...(required.get(name) ?? []), ...valuesOf(takers, name)]) {
          if (met.has(next)) continue;
          met.add(next);
          meet(next);
        }
      };
      meet(field);
      needed = [...met].filter((name) => takers.has(name));
      known.set(field, needed);
    }
    return needed;
  };
}

function valuesOf(takers: ContextFields, name: string): readonly string[] {
  return (takers.get(name) ?? []).flatMap(({ selections }) =>
    fieldsOf(selections).map((field) => field.name.value),
  );
}
