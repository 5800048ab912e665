import { CodedError, isErrorCode } from '@tributary/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Edge } from './edge.ts';
import { enter, refuseEndedRights } from './entry.ts';
import { forgetRefreshToken, keepRefreshToken, refreshTokenIn } from './session-cookie.ts';

const signInBody = z.strictObject({
  email: z.string().max(1_000),
  password: z.string().max(1_000),
  workspace: z.string().max(100).optional(),
});

const sessionFields = `__typename
  ... on SignedIn { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }
  ... on Failure { message }`;
const signIn = `mutation ($input: SignInInput!) { session: signIn(input: $input) { ${sessionFields} } }`;
const refresh = `mutation ($token: String!) { session: refreshSession(refreshToken: $token) { ${sessionFields} } }`;
const signOut = 'mutation ($token: String!) { signOut(refreshToken: $token) }';

const sessionAnswer = z.object({
  session: z.union([
    z.object({
      accessToken: z.string(),
      accessTokenExpiresAt: z.string(),
      refreshToken: z.string(),
      refreshTokenExpiresAt: z.string(),
    }),
    z.object({ message: z.string() }),
  ]),
});

/**
 * Sessions of the console: pages hold the access token in memory, and never see the refresh token, which stays in a cookie of these
 * routes. Only pages of this gateway may call them. What they do is identity's, asked through the graph.
 */
export function addSessionRoutes(server: FastifyInstance, edge: Edge): void {
  const openSession = async (
    { request, reply }: Exchange,
    { query, variables, onRefused }: Opening,
  ): Promise<object> => {
    const { session } = sessionAnswer.parse(await ask({ edge, request, reply }, query, variables));
    if ('message' in session) {
      onRefused?.();
      throw new CodedError('UNAUTHENTICATED', session.message);
    }
    keepRefreshToken(request, reply, {
      token: session.refreshToken,
      expiresAt: session.refreshTokenExpiresAt,
    });
    return { accessToken: session.accessToken, accessTokenExpiresAt: session.accessTokenExpiresAt };
  };

  /** Whatever comes of it, and before its body is read. */
  const charged = {
    onRequest: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      request.authenticated = await enter(edge, request, reply);
    },
  };

  server.post('/studio/session', charged, async (request, reply) => {
    refuseForeignPages(request);
    const body = signInBody.safeParse(request.body);
    if (!body.success) throw new CodedError('BAD_USER_INPUT', 'An e-mail address and a password are needed.');
    // A wrong password says nothing of the session that is open in this browser: its cookie stays.
    const opened = await openSession({ request, reply }, { query: signIn, variables: { input: body.data } });
    // The session before had its only way in by the cookie that is replaced. Where it cannot be ended now it runs out by itself.
    const token = refreshTokenIn(request);
    if (token !== undefined) await ask({ edge, request, reply }, signOut, { token }).catch(() => undefined);
    return opened;
  });

  server.post('/studio/session/refresh', charged, async (request, reply) => {
    refuseForeignPages(request);
    const token = refreshTokenIn(request);
    if (token === undefined) throw new CodedError('UNAUTHENTICATED', 'Nobody is signed in here.');
    const onRefused = (): void => forgetRefreshToken(request, reply);
    return openSession({ request, reply }, { query: refresh, variables: { token }, onRefused });
  });

  const forgottenAndCharged = {
    onRequest: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      // Also where the budget is used up, or identity cannot be asked: whoever sits here next must not go on with it.
      if (isFromOwnPage(request)) forgetRefreshToken(request, reply);
      await charged.onRequest(request, reply);
    },
  };
  server.delete('/studio/session', forgottenAndCharged, async (request, reply) => {
    refuseForeignPages(request);
    const token = refreshTokenIn(request);
    if (token !== undefined) await ask({ edge, request, reply }, signOut, { token });
    return reply.code(204).send();
  });
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

interface Opening {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly onRefused?: () => void;
}

/** Browsers name the page behind every request that changes something (Fetch §3.2); whoever names none, or another, is refused. */
function refuseForeignPages(request: FastifyRequest): void {
  if (isFromOwnPage(request)) return;
  throw new CodedError('FORBIDDEN', 'Sessions of the console are for its own pages.');
}

function isFromOwnPage({ headers: { origin }, host }: FastifyRequest): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** Asked as whoever sends it: a stranger. @throws CodedError with the graph's own code */
async function ask(
  { edge, request }: Exchange & { readonly edge: Edge },
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { authenticated } = request;
  if (authenticated === undefined)
    throw new TypeError('a request reached the graph without passing the entry');
  refuseEndedRights(edge, request);
  const { principal } = authenticated;
  const { data, errors } = await edge.execute({
    query,
    variables,
    principal,
    requestId: request.id,
    clientAddress: request.clientAddress,
    // These texts are ours, whatever clients are held to.
    isOurs: true,
  });
  const [error] = errors ?? [];
  if (error === undefined) return data;
  const { code, ...details } = { ...error.extensions };
  throw new CodedError(isErrorCode(code) ? code : 'INTERNAL', error.message, { details });
}
