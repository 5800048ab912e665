export { introspectedSchema } from './adapters/introspected-schema.ts';
export { type SavedOperation, savedOperations } from './domain/saved-operation.ts';
export { openApiDocument } from './openapi/document.ts';
export { addBounds, constraintsQuery, type FieldConstraint } from './openapi/field-bounds.ts';
export { buildRest, type RestDeps, type RestSubgraph, restTypeDefs } from './subgraph.ts';
