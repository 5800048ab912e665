import { CodedError } from '@tributary/runtime';
import {
  type AssertionVerifier,
  type Door,
  type DoorRequest,
  type DoorResponse,
  maskedProblem,
  problemResponse,
} from '@tributary/subgraph-kit';
import type { GraphQLSchema } from 'graphql';
import { type Asset, asset, assetResponse, docsAssets } from './docs/docs-assets.ts';
import { matchPath, pathSegments } from './domain/routing.ts';
import { restPrefix } from './domain/saved-operation.ts';
import { openApiDocument } from './openapi/document.ts';
import { answerRoute, type RouteDeps } from './usecases/answer-route.ts';
import type { fittingRoutes } from './usecases/fitting-routes.ts';
import type { UsageCounter } from './usecases/usage-counter.ts';

export interface DoorDeps extends Omit<RouteDeps, 'failed'> {
  readonly usage: UsageCounter;
  readonly fitting: ReturnType<typeof fittingRoutes>;
}

/** Answers everything under /v1: the routes, their OpenAPI document and its page. Never throws: a failure is a problem document. */
export function restDoor(deps: DoorDeps): Door {
  const failed: RouteDeps['failed'] = (error, request) => maskedProblem(error, request, deps.log);
  const publicFile = publicFiles(deps);

  const answer = async (request: DoorRequest): Promise<DoorResponse> => {
    pathSegments(request.path);
    const file = publicFile(request.path);
    if (file !== undefined)
      return ['GET', 'HEAD'].includes(request.method)
        ? assetResponse(await file, request)
        : otherMethod(request, ['GET', 'HEAD', 'OPTIONS']);
    const match = matchPath(deps.operations, request.path);
    if (match === undefined) throw new CodedError('ROUTE_NOT_FOUND', 'There is no route with this path.');
    const route = match.byMethod.get(request.method === 'HEAD' ? 'GET' : request.method);
    if (route === undefined) return otherMethod(request, match.methods);
    const response = await answerRoute(route, request, { ...deps, failed }).catch((error: unknown) =>
      failed(error, request),
    );
    await counted(deps, request, {
      name: `${route.operation.route.method} ${restPrefix}${route.operation.route.path}`,
      status: response.status,
    });
    return response;
  };

  return {
    prefixes: [restPrefix],
    handle: async (request) => {
      const response = await answer(request).catch((error: unknown) => failed(error, request));
      return request.method === 'HEAD' ? withoutBody(response) : response;
    },
  };
}

/** HEAD answers what GET would, the length included (RFC 9110 §9.3.2). */
function withoutBody(response: DoorResponse): DoorResponse {
  const { status, headers, body } = response;
  const length =
    status === 304 || status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return { status, headers: { ...headers, ...length }, body: '' };
}

/** OPTIONS says what there is; any other method is refused with the same words. */
function otherMethod(request: DoorRequest, methods: readonly string[]): DoorResponse {
  const allow = { allow: methods.join(', ') };
  if (request.method === 'OPTIONS') return { status: 204, headers: allow, body: '' };
  const refused = problemResponse(
    new CodedError('METHOD_NOT_ALLOWED', `This path answers ${allow.allow}.`),
    request,
  );
  return { ...refused, headers: { ...refused.headers, ...allow } };
}

/** Counting is for callers who proved who they are; it fails no request. */
async function counted(
  { verifier, usage }: { readonly verifier: AssertionVerifier; readonly usage: UsageCounter },
  { assertion }: DoorRequest,
  route: { readonly name: string; readonly status: number },
): Promise<void> {
  const principal = await verifier.verify(assertion).catch(() => undefined);
  if (principal !== undefined) usage.count(principal, route.name, route.status >= 400);
}

function publicFiles({ fitting, apiSchema }: DoorDeps): (path: string) => Promise<Asset> | undefined {
  const docs = docsAssets();
  const documents = new WeakMap<GraphQLSchema, Promise<Asset>>();
  const openApi = async (): Promise<Asset> => {
    const schema = await apiSchema();
    const known =
      documents.get(schema) ??
      asset(
        Buffer.from(JSON.stringify(openApiDocument(fitting(schema), schema))),
        'application/json; charset=utf-8',
      );
    documents.set(schema, known);
    return known;
  };
  return (path) => (path === `${restPrefix}/openapi.json` ? openApi() : docs(path));
}
