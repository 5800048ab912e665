import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient as GeneratedClient, Prisma } from './generated/client.ts';

/** What reads the platform tables through Prisma works with. */
export type PrismaClient = Omit<GeneratedClient, '$on'>;

/**
 * A Prisma client for the platform tables over the process's own pool. Opens no connection by itself and leaves the pool open when
 * disconnected: whoever opened the pool closes it. `codedError` makes of a driver's error what is thrown, as for statements beside Prisma.
 */
export function createPrisma(
  pool: pg.Pool,
  codedError: (error: unknown) => unknown = (error) => error,
): PrismaClient {
  return new GeneratedClient({ adapter: new PrismaPg(pool) }).$extends({
    query: {
      $allOperations: async ({ args, query }) => {
        try {
          return await query(args);
        } catch (error) {
          const cause = driverError(error);
          const coded = codedError(cause);
          throw coded === cause ? error : coded;
        }
      },
    },
  }) as unknown as PrismaClient;
}

/** The error of the driver that Prisma tells of in words of its own: SQLSTATE in `meta`, P1xxx where no connection held. */
function driverError(error: unknown): unknown {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return error;
  const state = sqlState(error.meta);
  if (state !== undefined)
    return Object.assign(new pg.DatabaseError(error.message, 0, 'error'), { code: state });
  return /^P1\d{3}$/.test(error.code)
    ? Object.assign(new Error(error.message, { cause: error }), { code: 'ECONNRESET' })
    : error;
}

function sqlState(meta: Record<string, unknown> | undefined): string | undefined {
  const adapterError = meta?.['driverAdapterError'] as
    | { readonly cause?: { readonly originalCode?: unknown } }
    | undefined;
  const state = adapterError?.cause?.originalCode;
  return typeof state === 'string' ? state : undefined;
}
