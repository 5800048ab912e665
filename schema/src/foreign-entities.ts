/**
 * Entities of other subgraphs that a model's field may name as its type: `photo: File`. The model keeps the entity's id, the graph
 * shows the entity, and its owner resolves the rest. Each has `id: ID!` as a key in its owner.
 */
export const foreignEntities = ['File', 'Run'] as const;

export type ForeignEntity = (typeof foreignEntities)[number];
