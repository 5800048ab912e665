import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from '@tributary/engines/relational';
import { CodedError, newId } from '@tributary/runtime';

/** Who writes an upload writes its token with everything it records. */
export interface UploadLease extends AsyncDisposable {
  readonly token: string;
  /** The how manieth lease of the upload it is, from 1. */
  readonly number: number;
  /** Aborted when it was not renewed for as long as it lasts, or is known to be somebody else's. */
  readonly lost: AbortSignal;
}

const leaseSeconds = 8;
const renewMs = 2_000;
const pauseMs = 100;
/** Longer than a lease lasts whose holder was killed. */
const patienceMs = 12_000;

/**
 * Takes the right to write one upload, across processes and replicas: a row's lease by the database's clock. A holder that is asked
 * to let go (`onWanted`) belongs to a connection its client has given up; one that was killed loses the lease by time.
 * @throws CodedError CONFLICT when the holder goes on writing
 */
export async function takeLease(
  sql: Sql,
  uploadId: string,
  onWanted: () => void,
): Promise<UploadLease | undefined> {
  const token = newId();
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const askedMs = performance.now();
    const { rows } = await sql.query<{ taken: boolean; number: number }>(
      `UPDATE files.upload SET
         lease_number = CASE WHEN lease_until >= now() THEN lease_number ELSE lease_number + 1 END,
         lease_wanted = lease_until >= now() AND lease_token IS NOT NULL,
         lease_token = CASE WHEN lease_until >= now() THEN lease_token ELSE $2::uuid END,
         lease_until = CASE WHEN lease_until >= now() THEN lease_until ELSE now() + make_interval(secs => $3) END
       WHERE id = $1 AND NOT discarded RETURNING lease_token = $2::uuid AS taken, lease_number AS number`,
      [uploadId, token, leaseSeconds],
      'files-take-lease',
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    if (row.taken) return held(sql, { uploadId, token, number: row.number, onWanted, askedMs });
    if (performance.now() > deadlineMs) throw writtenByAnother();
    await delay(pauseMs);
  }
}

interface HeldLease {
  readonly uploadId: string;
  readonly token: string;
  readonly number: number;
  readonly onWanted: () => void;
  /** When it was asked for, which is before it began. */
  readonly askedMs: number;
}

function held(sql: Sql, { uploadId, token, number, onWanted, askedMs }: HeldLease): UploadLease {
  let renewing: Promise<void> | undefined;
  const lost = new AbortController();
  const lose = (): void => lost.abort(writtenByAnother());
  const endsFrom = (fromMs: number): NodeJS.Timeout =>
    setTimeout(lose, fromMs + leaseSeconds * 1_000 - performance.now()).unref();
  let end = endsFrom(askedMs);
  const renew = async (): Promise<void> => {
    const renewedMs = performance.now();
    const { rows } = await sql.query<{ wanted: boolean }>(
      `UPDATE files.upload SET lease_until = now() + make_interval(secs => $3) WHERE id = $1 AND lease_token = $2
       RETURNING lease_wanted AS wanted`,
      [uploadId, token, leaseSeconds],
      'files-renew-lease',
    );
    clearTimeout(end);
    if (rows[0] === undefined) lose();
    else end = endsFrom(renewedMs);
    if (rows[0]?.wanted !== false) onWanted();
  };
  const timer = setInterval(() => {
    // A renewal that fails is a lease that runs out: the next write that is recorded finds that out.
    renewing ??= renew()
      .catch(() => undefined)
      .finally(() => {
        renewing = undefined;
      });
  }, renewMs);
  return {
    token,
    number,
    lost: lost.signal,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await renewing;
      clearTimeout(end);
      await sql.query(
        'UPDATE files.upload SET lease_token = NULL, lease_until = NULL, lease_wanted = false WHERE id = $1 AND lease_token = $2',
        [uploadId, token],
      );
    },
  };
}

function writtenByAnother(): CodedError {
  return new CodedError('STATE_CONFLICT', 'Another request is writing this upload.', {
    details: { retryAfterSeconds: 2 },
  });
}
