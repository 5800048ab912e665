import { errorCodes } from '@tributary/runtime';
import type { GraphQLSchema } from 'graphql';
import { type GraphQLInputType, getNullableType, isInputObjectType } from 'graphql';
import { type BoundRoute, bindRoute } from '../domain/bound-route.ts';
import { mergePatchMedia } from '../domain/merge-patch.ts';
import { jsonScalar, sortFields } from '../domain/query-parameters.ts';
import { keepsAnswers, type SavedOperation } from '../domain/saved-operation.ts';
import { inputSchema, presentSchema } from './input-schema.ts';
import type { Components, JsonSchema } from './json-schema.ts';
import { outputExample, presentOutput, resultOf } from './output-schema.ts';
import { problemName } from './problem-components.ts';

/** The Operation Object of a route, and the schemas it refers to put into `components`. */
export function operationObject(
  operation: SavedOperation,
  schema: GraphQLSchema,
  components: Components,
): JsonSchema {
  const { route } = operation;
  const bound = bindRoute(operation, schema);
  const body = requestBody(bound, components);
  return {
    operationId: operation.name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    // Reading may be open to everybody, as each model says; nothing is written by nobody.
    security: [{ bearer: [] }, { apiKey: [] }, ...(route.method === 'GET' ? [{}] : [])],
    parameters: [...parameters(bound, components), ...headerParameters(operation)],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      [String(route.status)]: success(operation, schema, components),
      ...(route.isNew === undefined
        ? {}
        : {
            200: {
              ...success(operation, schema, components),
              description: 'It was there already, and nothing was made.',
            },
          }),
      ...(route.method === 'GET' ? { 304: { $ref: '#/components/responses/NotModified' } } : {}),
      ...Object.fromEntries(
        problemStatuses(operation).map((status) => [
          status,
          { $ref: `#/components/responses/${problemName(status)}` },
        ]),
      ),
    },
  };
}

/** The statuses a route can fail with. */
export function problemStatuses(operation: SavedOperation): readonly number[] {
  const { route, bodyFields, failures, definition } = operation;
  const writing = [
    ...(definition.operation === 'mutation' ? [409, 507] : []),
    ...(keepsAnswers(operation) ? [422] : []),
  ];
  const statuses = [
    400,
    401,
    403,
    ...(route.path.includes('{') || route.method !== 'GET' ? [404] : []),
    406,
    ...(route.ifMatch === undefined ? [] : [412]),
    ...(route.body === undefined && bodyFields.length === 0 ? [] : [408, 413, 415]),
    // The gateway refuses an answer beyond its limit.
    ...(route.status === 204 ? [] : [413]),
    ...writing,
    429,
    500,
    503,
    504,
    ...[...failures.values()].map((code) => errorCodes[code].status),
  ];
  return [...new Set(statuses)].sort((a, b) => a - b);
}

function parameters(bound: BoundRoute, components: Components): readonly JsonSchema[] {
  return bound.operation.parameters.map((parameter, index) => {
    const typed = bound.parameters[index];
    if (typed === undefined) throw new TypeError(`${parameter.name} has no type`);
    const order = sortFields(getNullableType(typed.type));
    const schema = order === undefined ? presentSchema(typed.type, components) : sortSchema(order);
    const required = parameter.in === 'path' || typed.required;
    return {
      name: parameter.name,
      in: parameter.in,
      description: parameter.description,
      ...(required ? { required } : {}),
      ...(isJsonText(typed.type)
        ? { content: { 'application/json': shownAs(schema, parameter.example) } }
        : shownAs(
            parameter.name === 'first' ? { ...schema, minimum: 1, maximum: 100, default: 20 } : schema,
            parameter.example,
          )),
    };
  });
}

function isJsonText(type: GraphQLInputType): boolean {
  const bare = getNullableType(type);
  return bare.toString() === jsonScalar || isInputObjectType(bare);
}

function shownAs(schema: JsonSchema, example: unknown): JsonSchema {
  return { schema, ...(example === undefined ? {} : { example }) };
}

function sortSchema(fields: readonly string[]): JsonSchema {
  const field = `-?(${fields.join('|')})`;
  return { type: 'string', pattern: `^${field}(,${field})*$` };
}

function headerParameters(operation: SavedOperation): readonly JsonSchema[] {
  const { route } = operation;
  const names = [
    'Workspace',
    ...(route.method === 'GET' ? ['IfNoneMatch'] : []),
    ...(keepsAnswers(operation) ? ['IdempotencyKey'] : []),
    ...(route.ifMatch === undefined ? [] : ['IfMatch']),
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function requestBody(
  { operation, bodyType, mergedMembers }: BoundRoute,
  components: Components,
): JsonSchema | undefined {
  const { route } = operation;
  if (bodyType === undefined) return undefined;
  const media = {
    schema: inputSchema(bodyType, components),
    ...(route.bodyExample === undefined ? {} : { example: route.bodyExample }),
  };
  const types = ['application/json', ...(route.mergePatch ? [mergePatchMedia] : [])];
  return {
    ...(mergedMembers.length === 0 ? {} : { description: mergeDescription(mergedMembers) }),
    required: true,
    content: Object.fromEntries(types.map((type) => [type, media])),
  };
}

function mergeDescription(members: readonly string[]): string {
  const named = members.map((name) => `\`${name}\``).join(', ');
  return `As ${mergePatchMedia} (RFC 7396) an object in ${named} changes the keys it names, and null removes one. As application/json it replaces what is there.`;
}

function success(operation: SavedOperation, schema: GraphQLSchema, components: Components): JsonSchema {
  const { route } = operation;
  const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
  const replayed = keepsAnswers(operation) ? { 'Idempotency-Replayed': header('IdempotencyReplayed') } : {};
  if (route.status === 204) return { description: 'Done; there is nothing to say.', headers: replayed };
  const deps = { operation, schema, components };
  const result = resultOf(deps);
  const body = presentOutput(result.type, result.selection, deps);
  const example = outputExample(result, operation);
  return {
    description: route.paging ? 'One page; the Link header leads to the next.' : 'The current state.',
    headers: {
      ETag: header('ETag'),
      ...(route.paging ? { Link: header('Link') } : {}),
      ...(route.location === undefined ? {} : { Location: header('Location') }),
      ...replayed,
    },
    content: { 'application/json': { schema: body, ...(example === undefined ? {} : { example }) } },
  };
}
