import type { Logger } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';
import { type FlinkAddress, parseFlinkUrl } from './flink-address.ts';
import { FlinkGateway } from './flink-gateway.ts';

/** A Flink that is no more in the settings may be no more at all. */
const patienceMs = 3_000;

interface LeftJobsDeps {
  readonly relational: Relational;
  readonly log: Logger;
}

/** How job names of an installation begin. */
export function jobNamesOf(installation: string): string {
  return `tributary/${installation}/`;
}

/**
 * Remembers on which Flink the jobs of this installation are, and ends those on the one of before: jobs run on when the product stops, and where it comes back with another
 * engine nobody reads what they compute. What cannot be ended is told, once.
 * @param here undefined where nothing computes on a Flink any more
 */
export async function endLeftJobs(
  here: { readonly address: FlinkAddress; readonly gateway: FlinkGateway } | undefined,
  { relational, log }: LeftJobsDeps,
): Promise<void> {
  const known = await readPlace(relational);
  const place = here === undefined ? undefined : placeOf(here.address);
  if (known === undefined || known.place === place) return;
  await relational.query('UPDATE stream.installation SET jobs_at = $1', [place ?? null]);
  if (known.place === undefined) return;
  const begin = jobNamesOf(known.installation);
  // Its address alone may be another one.
  if ((await here?.gateway.jobs())?.some(({ name }) => name.startsWith(begin))) return;
  const fields = { engine: 'flink', host: new URL(known.place).searchParams.get('jobManager') };
  try {
    const gateway = await FlinkGateway.open(parseFlinkUrl(known.place, 'STREAM_ENGINE_URL'));
    const left = (await gateway.jobs()).filter(({ name }) => name.startsWith(begin));
    for (const { id } of left) await gateway.cancel(id);
    if (left.length > 0)
      log.warn(
        fields,
        `STREAM_ENGINE_URL named another Flink before: the ${left.length} jobs of this installation there were ended, and metrics go on where they were`,
      );
  } catch (err) {
    log.warn(
      { ...fields, err },
      `STREAM_ENGINE_URL named another Flink before, and jobs of this installation that may run there could not be ended: end those whose names begin with ${begin} yourself, since nobody reads what they compute`,
    );
  }
}

/** As a URL without whoever may log in there, and without files: who needs those has to end jobs by hand. */
function placeOf({ gatewayUrl, jobManagerUrl, tls }: FlinkAddress): string {
  const [gateway, jobManager] = [new URL(gatewayUrl).host, new URL(jobManagerUrl).host];
  const scheme = tls === undefined ? 'flink' : 'flinks';
  return `${scheme}://${gateway}?jobManager=${jobManager}&timeoutMs=${patienceMs}`;
}

/** Undefined where no Flink ever computed for this database. */
async function readPlace(
  relational: Relational,
): Promise<{ readonly installation: string; readonly place: string | undefined } | undefined> {
  const { rows: made } = await relational.query(
    `SELECT FROM pg_attribute WHERE attrelid = to_regclass('stream.installation') AND attname = 'jobs_at'`,
  );
  if (made.length === 0) return undefined;
  const { rows } = await relational.query<{ name: string; place: string | null }>(
    'SELECT name, jobs_at AS place FROM stream.installation',
  );
  const [row] = rows;
  return row && { installation: row.name, place: row.place ?? undefined };
}
