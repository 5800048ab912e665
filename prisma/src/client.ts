import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client.ts';

/**
 * A Prisma client for the platform tables over the process's own pool. Opens no connection by itself and leaves the pool open when
 * disconnected: whoever opened the pool closes it.
 */
export function createPrisma(pool: Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
