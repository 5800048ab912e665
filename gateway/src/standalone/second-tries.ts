import { errors as undiciErrors } from 'undici';

/** How often something may be tried again when its connection was cut, and when the subgraph never began with it. */
export interface TriesLeft {
  readonly cut: number;
  readonly refused: number;
}

/** As many connections may be closing, and tell only then. */
export const mostRefused = 4;

export function isTriedAgain(cause: unknown, { cut, refused }: TriesLeft): boolean {
  return isRefusedStream(cause) ? refused > 0 : cut > 0 && isCut(cause);
}

/** A stream that its server has not begun with, and that may be asked for again whatever it does (RFC 9113 §8.7): its connection is about to close. */
export function isRefusedStream(cause: unknown): boolean {
  if (!isCut(cause) || !(cause instanceof Error)) return false;
  // It was not even sent: its server had said before that it takes no more.
  if ('code' in cause && cause.code === 'ERR_HTTP2_GOAWAY_SESSION') return true;
  return cause.message.includes('NGHTTP2_REFUSED_STREAM');
}

/** Of connections, and of streams that HTTP/2 ends with them (GOAWAY), which undici and node:http2 tell in several ways. */
const cutCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_STREAM_ERROR',
  'UND_ERR_INFO',
]);

/** The connection ended, or never was: the subgraph may be back on the next one. */
function isCut(cause: unknown): boolean {
  if (cause instanceof undiciErrors.SocketError) return true;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && cutCodes.has(code);
}
