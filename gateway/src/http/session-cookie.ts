import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sent to the session routes alone: no other path ever sees it. */
const path = '/studio/session';

/**
 * The refresh token of the console lives in a cookie that scripts cannot read (HttpOnly), that other sites cannot send (SameSite) and
 * that only the session routes get (Path). Cookies know no ports, so its name does: two installations on one machine stay apart.
 */
export function refreshTokenIn(request: FastifyRequest): string | undefined {
  const wanted = `${nameFor(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
  return value === undefined || value === '' ? undefined : value;
}

export function keepRefreshToken(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, expiresAt }: { readonly token: string; readonly expiresAt: string },
): void {
  const expires = new Date(expiresAt).toUTCString();
  reply.header('set-cookie', `${nameFor(request)}=${token}; Expires=${expires}; ${attributesFor(request)}`);
}

export function forgetRefreshToken(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', `${nameFor(request)}=; Max-Age=0; ${attributesFor(request)}`);
}

function nameFor({ host }: FastifyRequest): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port === undefined ? 'tributary-session' : `tributary-session-${port}`;
}

function attributesFor({ protocol }: FastifyRequest): string {
  return `Path=${path}; HttpOnly; SameSite=Strict${protocol === 'https' ? '; Secure' : ''}`;
}
