import { restPrefix } from '../../domain/saved-operation.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const restRoutes: QueryResolvers['restRoutes'] = (_parent, _args, { operations }) =>
  operations.map(({ name, route, text }) => ({
    operationId: name,
    method: route.method,
    path: `${restPrefix}${route.path}`,
    tag: route.tag,
    summary: route.summary,
    operation: text,
  }));
