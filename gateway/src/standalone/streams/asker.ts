import type { IncomingMessage } from 'node:http';
import { CodedError } from '@tributary/runtime';
import { isJsonObject } from '../../execution/compiled/own-keys.ts';
import type { Asker } from '../../subscriptions/socket-doors.ts';
import { headerValue } from '../header-names.ts';
import { forwardedHeaders } from '../header-rules.ts';

/** Who asks by a request, as far as subgraphs may know; and, whatever the rules forward, who is not somebody else. */
function askerOf(names: readonly string[], { headers }: IncomingMessage): Asker {
  const forwarded = forwardedHeaders(names, headers);
  const { authorization = '', cookie = '' } = headers;
  return { forwarded, key: JSON.stringify([authorization, cookie]) };
}

/**
 * Who asks on a socket. `connection_init` may stand for the fields that are named for it, at its top or in `headers`, and only where the
 * upgrade had none: what a proxy in front wrote cannot be replaced by what a client says.
 * @throws CodedError BAD_REQUEST for what is no field value
 */
export function socketAsker(
  names: readonly string[],
  {
    request,
    payload,
  }: { readonly request: IncomingMessage; readonly payload: Readonly<Record<string, unknown>> },
  initNames: readonly string[],
): Asker {
  const asker = askerOf(names, request);
  const said = { ...(isJsonObject(payload['headers']) ? payload['headers'] : {}), ...payload };
  const taken: Record<string, string> = {};
  for (const [key, value] of Object.entries(said)) {
    const name = key.toLowerCase();
    if (!initNames.includes(name) || value === null || value === undefined) continue;
    if (typeof value !== 'string' || !headerValue.test(value))
      throw new CodedError(
        'BAD_REQUEST',
        `${name} of connection_init is a text that a header can have: Latin-1, without line breaks.`,
      );
    if (request.headers[name] === undefined) taken[name] = value;
  }
  const forwarded = { ...asker.forwarded };
  for (const name of names) if (taken[name] !== undefined) forwarded[name] = taken[name];
  return { forwarded, key: JSON.stringify([asker.key, taken]) };
}
