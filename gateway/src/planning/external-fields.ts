import type { Supergraph } from '@apollo/federation-internals';

/**
 * What Apollo's planner has to be helped with. A field may require one that requires another in its turn. What it requires so, the planner would ask of the subgraph
 * that the object comes from, if that has a field of the name; but there it may be one that the subgraph does not know and is told (`@external`). So the types by
 * which the planner looks for fields do not have those. Fields that are provided somewhere stay, because there they are asked for.
 * To be called once the planner is made: what subgraphs require is read from the same types.
 */
export function hideExternalFields(supergraph: Supergraph): void {
  for (const subgraph of supergraph.subgraphs()) {
    const metadata = subgraph.metadata();
    for (const type of subgraph.schema.objectTypes()) {
      const told = new Set(
        type.fields().flatMap((field) => (metadata.isFieldFullyExternal(field) ? [field.name] : [])),
      );
      if (told.size === 0) continue;
      const field = type.field.bind(type);
      type.field = (name) => (told.has(name) ? undefined : field(name));
    }
  }
}
