import { z } from 'zod';
import { headerName } from './header-names.ts';

const count = z.int().min(1).max(10_000_000);
const bytes = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Where a subgraph sends its events, and how: at its own URL over graphql-transport-ws when it says nothing. */
export const subgraphStreams = z
  .strictObject({
    /** `ws`: graphql-transport-ws. `sse`: GraphQL over SSE, in distinct connections mode. */
    protocol: z.enum(['ws', 'sse']).default('ws'),
    /** Beside the subgraph's URL. */
    path: z.string().startsWith('/').optional(),
    url: z.url({ protocol: /^(https?|wss?)$/ }).optional(),
    /** With `sse`: milliseconds of silence after which its source is taken for gone. Sockets are asked by pings. */
    idleMs: z.int().min(1).max(86_400_000).optional(),
    /** Subscriptions that share one socket at most. */
    perConnection: count.default(100),
  })
  .refine(({ path, url }) => path === undefined || url === undefined, 'has either a path or a url')
  .optional();

export const streamSettings = z
  .strictObject({
    /** Fields that the payload of `connection_init` may stand for, where the upgrade had none of that name. Browsers cannot set any. */
    connectionInit: z.array(headerName).default(['authorization']),
    /** A JWT in `authorization` that is handed on to a subgraph ends the sockets and streams it opened when it ends itself. */
    endWithToken: z.boolean().default(true),
    /** Sockets of one address at most. */
    socketsPerAddress: count.default(1_000),
    operationsPerSocket: count.default(50),
    /** Subscriptions of clients that are in force at once, however many of them are equal. */
    inForce: count.default(50_000),
    /** What those in force hold, with their texts, variables and forwarded fields; a quarter of it for one address. */
    heldBytes: bytes.min(1024 * 1024).default(256 * 1024 * 1024),
    /** What may wait for a client that reads slowly; beyond it is closed. */
    bufferedBytes: bytes.default(1024 * 1024),
    /** Events of one source that wait for the rest of their plan. */
    waitingEvents: count.default(1_000),
    /** What they are together, as their source sent them; one may wait whatever its size. */
    waitingBytes: bytes.default(32 * 1024 * 1024),
    initTimeoutMs: z.int().min(1).max(60_000).default(3_000),
  })
  .prefault({});

export type StreamSettings = Readonly<z.infer<typeof streamSettings>>;
export type SubgraphStreams = Readonly<z.infer<typeof subgraphStreams>>;
