import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLoopback } from '@tributary/runtime';

/**
 * Whether a request for this Host is answered. A gateway that is private to its machine answers to the machine's own names alone: a
 * page of another site may let its name point here (DNS rebinding), and a browser then takes it for the same origin. A request without a Host is no
 * browser's: HTTP/1.0 has none, and some probes speak it.
 */
export function isServedHost({ host }: IncomingHttpHeaders, loopbackOnly: boolean): boolean {
  if (!loopbackOnly || host === undefined) return true;
  const name = host.replace(/:\d*$/, '');
  return isLoopback(name === '[::1]' ? '::1' : name);
}

/** Of several, Node keeps the first, and whoever stands before us may have looked at another (RFC 9112 §3.2). */
export function namesSeveralHosts({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}
