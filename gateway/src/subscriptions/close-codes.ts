/**
 * Why the gateway closes a socket. The reason a client sees starts with the code of the error table where there is one.
 * 44xx below 4500 are those of graphql-transport-ws, whose stock clients give up on 4400, 4401, 4406, 4409 and 4429 and come back on the rest.
 */
export const closeCodes = {
  /** The gateway stops or moves; come back at once, here or at another replica. */
  goingAway: 1001,
  policyViolation: 1008,
  /** A part the socket depends on is away; come back a little later. */
  tryAgainLater: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  subprotocolNotAcceptable: 4406,
  initTimeout: 4408,
  subscriberExists: 4409,
  /** The client does not read what it is sent, or its subscriptions cost more than one may. It comes back with its last cursor and loses nothing. */
  slowReader: 4410,
  /** The user (or, for anonymous ones, the address) has all the sockets it may have. */
  tooManySockets: 4413,
  tooManyInits: 4429,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** With which `ws` closes a socket whose client breaks RFC 6455 or its bounds, by the error it tells of it. Undefined for what is no such thing. */
export function brokenFrameCode(error: Error): number | undefined {
  const code = 'code' in error ? String(error.code) : '';
  if (!code.startsWith('WS_ERR_')) return undefined;
  return brokenFrames[code] ?? 1002;
}

const brokenFrames: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
};
