import type { ServerResponse } from 'node:http';

/** Calls once the answer is out or its connection is gone: at once, where it is already, because it is told to nobody again. */
export function whenClosed(response: ServerResponse, then: () => void): void {
  if (response.destroyed) then();
  else response.once('close', then);
}
