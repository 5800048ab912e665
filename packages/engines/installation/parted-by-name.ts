import type { RedisAddress } from '../redis/address.ts';
import type { Sql } from '../relational/port.ts';
import { installationId } from './id.ts';

/** Enough to tell the installations of one server apart; names stay short. */
const digits = 12;

/** What is forgotten sooner or later is parted by name: installations on one Redis share no key and no channel, whatever its URL says. */
export async function partedByName(address: RedisAddress, relational: Sql): Promise<RedisAddress> {
  const id = await installationId(relational);
  return { ...address, prefix: `${address.prefix}${id.slice(0, digits)}:` };
}
