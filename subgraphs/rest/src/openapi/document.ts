import { type GraphQLSchema, getNamedType } from 'graphql';
import { restPrefix, type SavedOperation } from '../domain/saved-operation.ts';
import type { Components, JsonSchema } from './json-schema.ts';
import { operationObject, problemStatuses } from './operation-object.ts';
import { resultOf } from './output-schema.ts';
import { problemResponses, problemSchema } from './problem-components.ts';

/** The OpenAPI 3.1 document of the routes: the same for the same operations and schema, byte for byte. */
export function openApiDocument(operations: readonly SavedOperation[], schema: GraphQLSchema): JsonSchema {
  const components: Components = new Map();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of inReadingOrder(operations)) {
    const { path, method } = operation.route;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(operation, schema, components) };
  }
  const statuses = [...new Set(operations.flatMap(problemStatuses))].sort((a, b) => a - b);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tributary REST API',
      version: '1.0.0',
      summary: 'Saved operations of the graph as plain HTTP.',
      description:
        'Each route executes a saved GraphQL operation with your own rights. Lists page by cursor (Link header), reads answer 304 to a known ETag, writes take an Idempotency-Key and, of what has versions, If-Match, and every failure is a problem with a code and advice.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: restPrefix, description: 'This installation' }],
    tags: tags(operations, schema),
    paths,
    components: {
      schemas: sorted({ ...Object.fromEntries(components), Problem: problemSchema }),
      responses: { NotModified: notModified, ...problemResponses(statuses) },
      parameters: headerParameters,
      headers: responseHeaders,
      securitySchemes,
    },
  };
}

const methodOrder = ['GET', 'POST', 'PATCH', 'DELETE'];

function inReadingOrder(operations: readonly SavedOperation[]): readonly SavedOperation[] {
  const place = ({ route }: SavedOperation): string => `${route.path} ${methodOrder.indexOf(route.method)}`;
  return operations.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function tags(operations: readonly SavedOperation[], schema: GraphQLSchema): readonly JsonSchema[] {
  const byName = new Map<string, string>();
  for (const operation of operations) {
    const { tag, status } = operation.route;
    if (byName.has(tag) || status === 204) continue;
    const type = getNamedType(resultOf({ operation, schema, components: new Map() }).type);
    byName.set(tag, type.description ?? `Operations on ${tag.toLowerCase()}.`);
  }
  return [...byName]
    .map(([name, description]) => ({ name, description }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function sorted<Value>(entries: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const text = { type: 'string' };

const notModified = {
  description: 'It is still what the ETag in If-None-Match names.',
  headers: { ETag: { $ref: '#/components/headers/ETag' } },
};

const headerParameters = {
  Workspace: {
    name: 'Tributary-Workspace',
    in: 'header',
    description:
      'Slug of the workspace, for callers whose credential does not name one; the default workspace when left out.',
    schema: text,
    example: 'demo',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETag of what you have; the answer is 304 without a body while it is current.',
    schema: text,
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'ETag of what you read; the change is refused with 412 when somebody changed it since. Optional: without it the last writer wins.',
    schema: text,
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A name of your choice for this request, unique among your own. Repeating the request under it answers what the first one answered, for 24 hours, and does nothing twice.',
    schema: { ...text, minLength: 1, maxLength: 255 },
    example: '7f1d9a52-0c3e-4b88-9f0e-2f6f0a8c1d34',
  },
};

const responseHeaders = {
  ETag: {
    description:
      'Strong validator of the body, for If-None-Match, and for If-Match where the route takes it.',
    schema: text,
  },
  Link: { description: 'RFC 8288: `rel="first"`, and `rel="next"` while there is more.', schema: text },
  Location: { description: 'Path of what was created.', schema: { ...text, format: 'uri-reference' } },
  IdempotencyReplayed: {
    description: '`true` when this is the answer of an earlier request under the same key.',
    schema: { ...text, enum: ['true'] },
  },
  RetryAfter: {
    description: 'Seconds to wait before the next try.',
    schema: { type: 'integer', format: 'int32', minimum: 1 },
  },
};

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Access token of a sign-in, or an API key (`trb_…`).',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'API key of a workspace (`trb_…`).',
  },
};
