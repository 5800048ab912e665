import { CodedError } from '@tributary/runtime';
import type { Relational } from './port.ts';

interface Facts {
  readonly name: string;
  readonly encoding: string;
  readonly digits: number;
}

/** The first question to a database, and whether it can keep what is written and answer with it. @throws CodedError CONFIG_INVALID, and what a query fails with */
export async function refuseUnfit(relational: Relational): Promise<void> {
  const { rows } = await relational.query<Facts>(
    `SELECT current_database() AS name, current_setting('server_encoding') AS encoding, current_setting('extra_float_digits')::integer AS digits`,
  );
  const [facts] = rows;
  const fault = facts && faultOf(facts);
  if (fault === undefined) return;
  const message = `DATABASE_URL names a database that cannot be used: ${fault}.`;
  throw new CodedError('CONFIG_INVALID', message, { details: { setting: 'DATABASE_URL' } });
}

function faultOf({ name, encoding, digits }: Facts): string | undefined {
  if (encoding !== 'UTF8')
    return `${name} has the encoding ${encoding}, which has no room for every text; make one with ENCODING 'UTF8' (TEMPLATE template0)`;
  // https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-EXTRA-FLOAT-DIGITS
  if (digits < 1)
    return `${name} has extra_float_digits = ${digits}, with which numbers lose digits on their way; take that setting away, from the database, the user or the server`;
  return undefined;
}
