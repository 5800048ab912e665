import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The address budgets and bounds of whoever shows no credentials are counted by; the same for requests and for sockets.
 * With `trustProxy` exactly one hop is believed: the last entry of X-Forwarded-For is what our own proxy saw, all before it is what the
 * client wrote. Where that is no address, the peer's own counts.
 */
export function clientAddress(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustProxy: boolean,
): string {
  const forwarded = trustProxy ? addressIn(lastHop(request.headers['x-forwarded-for'])) : undefined;
  return forwarded ?? addressIn(request.socket.remoteAddress) ?? '';
}

function lastHop(header: string | readonly string[] | undefined): string | undefined {
  const line = typeof header === 'string' ? header : header?.at(-1);
  return line?.split(',').at(-1)?.trim();
}

/** Some proxies add the port, and a dual-stack socket writes IPv4 as `::ffff:a.b.c.d`: one client has one address. */
function addressIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, '');
  return isIP(address) === 0 ? undefined : address;
}
