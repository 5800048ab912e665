/**
 * The codes every surface shares: GraphQL puts them in `extensions.code`, REST in problem+json `code`, sockets in close reasons.
 * `docs/errors.md` is generated from this table; a code that is not here cannot be sent.
 */
export const errorCodes = {
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    advice: 'Correct the named argument or field and send the request again.',
  },
  BAD_REQUEST: {
    status: 400,
    retryable: false,
    advice: 'The request is not well formed; correct it before sending it again.',
  },
  CURSOR_INVALID: {
    status: 400,
    retryable: false,
    advice: 'Use a cursor exactly as it was given, on the stream or list that gave it.',
  },
  CURSOR_EXPIRED: {
    status: 410,
    retryable: false,
    advice: 'The position is older than the log keeps; read the current state and start from a new cursor.',
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    advice: 'Sign in again, or send a valid access token or API key.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    advice:
      'Ask an owner or admin of the workspace for a role or scope that allows this, or use a credential of that workspace.',
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    advice: 'Check the id; what you may not see answers as if it did not exist.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    retryable: false,
    advice: 'Check the path: GraphQL is at /graphql, the REST routes are listed at /v1/openapi.json.',
  },
  TRIGGER_LOOP: {
    status: 409,
    retryable: false,
    advice:
      'Runs of a trigger cause events that fire triggers, five times in a row; make the conditions narrower.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    advice: 'Use one of the methods named in the Allow header.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    retryable: false,
    advice: 'Accept application/json, or leave the Accept header out.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    retryable: true,
    advice: 'The request arrived too slowly; send it again, large bodies in smaller parts.',
  },
  CONFLICT: {
    status: 409,
    retryable: false,
    advice: 'Something with these values exists already; read it, then decide.',
  },
  STATE_CONFLICT: {
    status: 409,
    retryable: false,
    advice: 'It is in a state that does not allow this, which the message names; read it again, then decide.',
  },
  SAVEPOINT_FAILED: { status: 409, retryable: false, advice: 'Do what the message says, then ask again.' },
  STILL_REFERENCED: {
    status: 409,
    retryable: false,
    advice: 'Something refers to it; delete that first, or let it refer to something else.',
  },
  TOO_EARLY: {
    status: 409,
    retryable: true,
    advice: 'What it builds on is too new; wait for the seconds in Retry-After, then send it again.',
  },
  VERSION_CONFLICT: {
    status: 409,
    retryable: false,
    advice: 'Somebody changed it since you read it; read it again and repeat your change on the new version.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    retryable: false,
    advice: 'Read the resource again and send its current ETag in If-Match.',
  },
  TUS_VERSION_UNSUPPORTED: {
    status: 412,
    retryable: false,
    advice: 'Send Tus-Resumable: 1.0.0 with each request; that is the version of tus spoken here.',
  },
  OFFSET_CONFLICT: {
    status: 409,
    retryable: false,
    advice: "Ask with HEAD for the upload's Upload-Offset, and send what comes after it.",
  },
  EXPECTATION_FAILED: {
    status: 417,
    retryable: false,
    advice: 'Leave the Expect header out, or expect 100-continue.',
  },
  MISDIRECTED_REQUEST: {
    status: 421,
    retryable: false,
    advice: 'This server is private to its machine; call it as localhost, 127.0.0.1 or [::1].',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    retryable: false,
    advice: 'This Idempotency-Key was used with another request; use a new key for a new request.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    retryable: true,
    advice:
      'The first request with this Idempotency-Key is still running; repeat it after the seconds in Retry-After.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    advice:
      'Send less at once; where it is the answer that is too large, ask for fewer fields or smaller pages. The limits are in the documentation.',
  },
  CONTENT_MISMATCH: {
    status: 400,
    retryable: true,
    advice: 'The bytes that arrived are not those that were announced, in size or hash; send them again.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    retryable: false,
    advice: 'The range starts beyond the end; the size is in the details.',
  },
  QUOTA_EXCEEDED: {
    status: 413,
    retryable: false,
    advice: 'Remove files for good, or ask for a larger quota.',
  },
  FOLDER_CYCLE: { status: 409, retryable: false, advice: 'Move it to a folder that does not lie in it.' },
  FOLDER_NOT_EMPTY: {
    status: 409,
    retryable: false,
    advice: 'Move or remove what lies in it first; files in the trash may stay.',
  },
  UPLOAD_INCOMPLETE: {
    status: 409,
    retryable: false,
    advice:
      "Put the bytes at the upload's URL first, then complete it; begin a new one when its time is over.",
  },
  FILE_NOT_SERVED: {
    status: 409,
    retryable: false,
    advice: 'Look at the state of the file: it waits for its scan, or something was found in it.',
  },
  PICTURE_REFUSED: {
    status: 422,
    retryable: false,
    advice: 'Fetch the file itself; only pictures of a usual size are turned into others.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    advice: 'Send the body uncompressed in the type the message names; application/json where it names none.',
  },
  OPERATION_TOO_DEEP: { status: 400, retryable: false, advice: 'Nest fewer fields, or split the operation.' },
  OPERATION_TOO_COMPLEX: {
    status: 400,
    retryable: false,
    advice: 'Use fewer aliases, directives and tokens, or split the operation.',
  },
  OPERATION_NOT_PLANNED: { status: 501, retryable: false, advice: 'Split it; tell whoever runs the graph.' },
  COST_EXCEEDED: { status: 400, retryable: false, advice: 'Ask for smaller pages or fewer nested lists.' },
  INTROSPECTION_DISABLED: {
    status: 400,
    retryable: false,
    advice: 'Introspection is for admins here; use the published schema.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    retryable: true,
    advice: 'Send the query text together with its hash once.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, retryable: true, advice: 'Send the text, without a hash.' },
  PERSISTED_QUERY_NOT_IN_LIST: {
    status: 400,
    retryable: false,
    advice: 'Only listed operations are executed here; send one of them, by its text or its SHA-256.',
  },
  RATE_LIMITED: { status: 429, retryable: true, advice: 'Wait for the seconds in Retry-After, then go on.' },
  TOO_MANY_CONNECTIONS: {
    status: 429,
    retryable: true,
    advice: 'Close a socket or a subscription before you open another.',
  },
  OVERLOADED: { status: 503, retryable: true, advice: 'Try again after the seconds in Retry-After.' },
  ENGINE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    advice: 'A storage engine is away for a moment; try again.',
  },
  BACKLOG_FULL: { status: 503, retryable: true, advice: 'Nothing was changed: try again in a minute.' },
  INSUFFICIENT_STORAGE: {
    status: 507,
    retryable: true,
    advice: 'There is no room for it at the moment, and nothing of it was kept; try again later.',
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 503,
    retryable: true,
    advice: 'A part of the graph is away for a moment; the other fields are answered. Try again.',
  },
  STREAM_INTERRUPTED: {
    status: 503,
    retryable: true,
    advice: 'Events may have been missed: subscribe again, then read the current state.',
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    retryable: true,
    advice: 'No answer came in time: try again, and where the same request alone is ever late, ask for less.',
  },
  QUEUE_DRAINING: {
    status: 409,
    retryable: true,
    advice:
      'The queue is draining and takes no runs, new ones or such as are run again; resume it, or enqueue in another queue.',
  },
  RUN_LIMIT: {
    status: 409,
    retryable: false,
    advice: 'Enqueue fewer runs, or wait until some have finished; the limits are in the documentation.',
  },
  OUT_OF_MEMORY: { status: 413, retryable: false, advice: 'Give it less to work on at once.' },
  CANCELLED: {
    status: 409,
    retryable: false,
    advice: 'It was stopped before its end, on request; start it again if it is still wanted.',
  },
  QUERY_INVALID: {
    status: 400,
    retryable: false,
    advice: 'Correct the SQL at the named line and column.',
  },
  QUERY_NOT_ALLOWED: {
    status: 400,
    retryable: false,
    advice: 'Write one SELECT over the listed tables, with what the documented SQL subset has.',
  },
  QUERY_TOO_LARGE: {
    status: 400,
    retryable: false,
    advice: 'Read fewer rows or columns, join less at once, or aggregate first.',
  },
  INFERENCE_MODEL_REFUSED: {
    status: 400,
    retryable: false,
    advice: 'Export the model again as one ONNX file of standard operators, within the documented limits.',
  },
  CONFIG_INVALID: { status: 500, retryable: false, advice: 'Correct the named settings and start again.' },
  TOPIC_PARTITIONS_FIXED: {
    status: 500,
    retryable: false,
    advice:
      'Declare the partitions the topic has; for more of them declare a topic of another name, because keys would change places.',
  },
  EVENT_INVALID: {
    status: 500,
    retryable: false,
    advice:
      'An event does not fit its schema in schema/events, and nothing was written: report it with the message.',
  },
  MODEL_INVALID: { status: 500, retryable: false, advice: 'Correct the named model definition.' },
  MIGRATION_REFUSED: {
    status: 500,
    retryable: false,
    advice: 'The change would destroy data: keep the old definition, or empty the field first.',
  },
  INTERNAL: { status: 500, retryable: false, advice: 'A fault on our side; report the error id.' },
} as const satisfies Record<string, { status: number; retryable: boolean; advice: string }>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}
