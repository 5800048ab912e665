import type { IncomingMessage } from 'node:http';
import { CodedError } from '@tributary/runtime';
import type { SocketCredentials } from './socket-doors.ts';

/**
 * `connection_init` speaks first; browsers cannot set headers, other clients may use those of the upgrade.
 * @throws CodedError BAD_REQUEST for what is no text: who meant to show a credential must not become a stranger.
 */
export function credentialsOf(
  payload: Readonly<Record<string, unknown>>,
  request: IncomingMessage,
): SocketCredentials {
  const named = (...names: readonly string[]): string | undefined => {
    const entry = Object.entries(payload).find(([name]) => names.includes(name.toLowerCase()));
    const value = entry?.[1];
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
    throw new CodedError('BAD_REQUEST', `${entry?.[0]} of connection_init is a text.`);
  };
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    authorization: named('authorization') ?? header('authorization'),
    apiKey: named('apikey', 'x-api-key') ?? header('x-api-key'),
    workspace: named('workspace', 'tributary-workspace') ?? header('tributary-workspace'),
    payload,
  };
}
