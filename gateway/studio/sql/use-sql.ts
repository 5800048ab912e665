import { useCallback, useEffect, useRef, useState } from 'react';
import type { Moments } from '../elements/time-range.ts';
import { type AskSqlQuery, askSqlQuery } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useUncached } from '../graph/uncached.ts';

export type SqlAnswer = NonNullable<AskSqlQuery['analyticsQuery']>;

export interface SqlOutcome {
  readonly answer: SqlAnswer | undefined;
  readonly error: Refusal | undefined;
  /** How long one waited for it. */
  readonly tookMs: number;
}

/** Asks in SQL, one question at a time: another one, or `stop`, gives the one under way up. */
export function useSql(): {
  readonly outcome: SqlOutcome | undefined;
  readonly isAsking: boolean;
  readonly ask: (sql: string, moments: Moments) => void;
  readonly stop: () => void;
} {
  const client = useUncached();
  const [outcome, setOutcome] = useState<SqlOutcome>();
  const [isAsking, setIsAsking] = useState(false);
  const asking = useRef<{ readonly unsubscribe: () => void }>(undefined);
  const stop = useCallback(() => {
    asking.current?.unsubscribe();
    asking.current = undefined;
    setIsAsking(false);
  }, []);
  // Nobody waits for it on another page.
  useEffect(() => () => asking.current?.unsubscribe(), []);
  const ask = useCallback(
    (sql: string, { from, to }: Moments) => {
      stop();
      setIsAsking(true);
      const beganMs = performance.now();
      asking.current = client.query(askSqlQuery, { sql, from, to }).subscribe(({ data, error }) => {
        setIsAsking(false);
        setOutcome({
          answer: data?.analyticsQuery ?? undefined,
          error: error === undefined ? undefined : Refusal.of(error),
          tookMs: performance.now() - beganMs,
        });
      });
    },
    [client, stop],
  );
  return { outcome, isAsking, ask, stop };
}
