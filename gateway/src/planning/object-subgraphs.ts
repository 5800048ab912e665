import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { argumentsOf } from './directive-arguments.ts';

/** Which subgraphs have a field, and which have an interface as an object (`@interfaceObject`), as a supergraph's join directives say. */
export class ObjectSubgraphs {
  readonly #schema: GraphQLSchema;
  readonly #withField = new Map<string, ReadonlySet<string>>();

  constructor(supergraphSchema: GraphQLSchema) {
    this.#schema = supergraphSchema;
  }

  /** The subgraphs that can be asked for a field of a type. */
  having(type: string, field: string): ReadonlySet<string> {
    const place = `${type}.${field}`;
    let found = this.#withField.get(place);
    if (found === undefined) {
      found = new Set(this.#having(type, field));
      this.#withField.set(place, found);
    }
    return found;
  }

  #having(name: string, field: string): readonly string[] {
    const type = this.#typeOf(name);
    const directives = type?.getFields()[field]?.astNode?.directives ?? [];
    const told = directives
      .filter((directive) => directive.name.value === 'join__field')
      .map((directive) => argumentsOf(directive, 'join__field'));
    const own = told.flatMap(({ graph, external }) =>
      typeof graph === 'string' && external !== true ? [graph] : [],
    );
    if (told.length === 0) return this.#joined(name).map(({ graph }) => graph);
    // What comes from an interface alone is said there.
    if (told.every(({ graph }) => graph !== undefined)) return own;
    return [...own, ...(type?.getInterfaces() ?? []).flatMap((each) => this.#having(each.name, field))];
  }

  /** The interface that the subgraph has as an object, of those that a type is or implements. */
  objectIn(subgraph: string, type: string): string | undefined {
    const interfaces = this.#typeOf(type)?.getInterfaces() ?? [];
    return [type, ...interfaces.map(({ name }) => name)].find((name) =>
      this.#joined(name).some(({ graph, isInterfaceObject }) => graph === subgraph && isInterfaceObject),
    );
  }

  #typeOf(name: string) {
    const type = this.#schema.getType(name);
    return isObjectType(type) || isInterfaceType(type) ? type : undefined;
  }

  #joined(name: string): readonly { readonly graph: string; readonly isInterfaceObject: boolean }[] {
    return (this.#typeOf(name)?.astNode?.directives ?? []).flatMap((directive) => {
      const { graph, isInterfaceObject } = argumentsOf(directive, 'join__type');
      return typeof graph === 'string' ? [{ graph, isInterfaceObject: isInterfaceObject === true }] : [];
    });
  }
}
