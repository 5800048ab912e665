import type pg from 'pg';

/** How long a server that is told goodbye may take to hang up. */
const farewellMs = 1_000;

/** Ends a connection in bounded time: a server that stands still never hangs up. */
export async function leaveConnection(client: pg.Client): Promise<void> {
  const late = setTimeout(() => client.connection.stream.destroy(), farewellMs);
  await client.end().catch(() => undefined);
  clearTimeout(late);
}
