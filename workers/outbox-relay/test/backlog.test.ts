import type { EventLog } from '@tributary/engines/event-log';
import type { OutboxSource } from '@tributary/engines/outbox';
import { outboxInsert, writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, Registry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { changeOf, logger, type RelayUnderTest, relayUnderTest, topic } from './relay-under-test.ts';

const within = { timeoutMs: 30_000 };
const limit = 20;

/** The log of the system, away until it is said to be back. */
function logThatIsAway({ log }: RelayUnderTest): { readonly log: EventLog; readonly comeBack: () => void } {
  let away = true;
  const append: EventLog['append'] = async (...args) => {
    if (away) throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    return log.append(...args);
  };
  const move: NonNullable<EventLog['move']> = async (...args) => {
    if (away) throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    return (await log.move?.(...args)) ?? 0;
  };
  return {
    log: Object.create(log, {
      append: { value: append },
      move: { value: move },
      ownOutbox: { value: log.ownOutbox },
    }) as EventLog,
    comeBack: () => {
      away = false;
    },
  };
}

function figuresOf(metrics: Registry): (name: string) => Promise<number | undefined> {
  return async (name) => {
    const found = new RegExp(`^${name}\\{store="database"\\} (\\S+)$`, 'm').exec(await metrics.metrics());
    return found?.[1] === undefined ? undefined : Number(found[1]);
  };
}

test('while the log is away operators see how many events wait and for how long; beyond the limit changes are refused and told to try again, and when it has caught up they are taken', async () => {
  await using system = await relayUnderTest();
  const { log, comeBack } = logThatIsAway(system);
  const metrics = new Registry();
  const figure = figuresOf(metrics);
  await using _relay = system.relay({ log, metrics, backlogLimit: limit });
  await eventually(async () => expect(await figure('tributary_outbox_waiting')).toBe(0), within);
  expect(await figure('tributary_outbox_oldest_seconds')).toBe(0);
  const change = (n: number) => writeOutbox(system.relational, [{ topic, event: changeOf('Airport/1', n) }]);
  for (let n = 0; n <= limit; n += 1) await change(n);
  await eventually(
    async () =>
      expect(
        await change(limit).then(
          () => 'taken',
          (error: CodedError) => error.code,
        ),
      ).toBe('BACKLOG_FULL'),
    within,
  );
  expect(await figure('tributary_outbox_waiting')).toBeGreaterThan(limit);
  expect(await figure('tributary_outbox_oldest_seconds')).toBeGreaterThan(0);
  expect(await figure('tributary_outbox_full')).toBe(1);
  await expect(change(limit)).rejects.toMatchObject({ code: 'BACKLOG_FULL', retryable: true });
  comeBack();
  await eventually(async () => expect(await figure('tributary_outbox_full')).toBe(0), within);
  await change(limit + 1);
  await eventually(async () => expect(await figure('tributary_outbox_waiting')).toBe(0), within);
});

test('a refused change leaves nothing behind, also where one statement changes and tells; what cannot wait is taken', async () => {
  await using system = await relayUnderTest();
  await system.relational.query('CREATE TABLE thing (id int)');
  await system.source.tellFull(true);
  const changing = system.relational.transaction(async (tx) => {
    await tx.query('INSERT INTO thing VALUES (1)');
    await writeOutbox(tx, [{ topic, event: changeOf('Thing/1', 1) }]);
  });
  await expect(changing).rejects.toMatchObject({ code: 'BACKLOG_FULL' });
  const changeAndTell = (refusable: boolean) =>
    system.relational.query(
      `WITH changed AS (INSERT INTO thing VALUES (1) RETURNING id),
         events AS MATERIALIZED (SELECT $1::text AS topic, $2::text AS event, 1 AS n FROM changed),
         told AS (${outboxInsert('events', { refusable })})
       SELECT id FROM changed`,
      [topic, JSON.stringify(changeOf('Thing/1', 1))],
    );
  await expect(changeAndTell(true)).rejects.toMatchObject({ code: 'BACKLOG_FULL' });
  expect((await system.relational.query('SELECT FROM thing')).rows).toEqual([]);
  // What cannot wait is taken all the same: no run is kept from ending, and nobody from signing out.
  await changeAndTell(false);
  expect(await system.source.pending(9)).toHaveLength(1);
  // The relay that begins to lead counts for itself, whatever the one before it said.
  await using _relay = system.relay();
  await eventually(() => writeOutbox(system.relational, [{ topic, event: changeOf('Thing/1', 2) }]), within);
});

test('a relay that is stopped while it counts what waits does not wait for the count', async () => {
  await using system = await relayUnderTest();
  const { relational, source } = system;
  const count = 'SELECT pg_sleep(600)';
  // As a count of very much, or of a table that somebody holds.
  const slow: OutboxSource = {
    place: source.place,
    store: source.store,
    backlog: async (_limit, signal) => {
      await relational.transaction((tx) => tx.query(count), { statementLimitMs: 600_000, signal });
      return { waiting: 0, oldest: undefined };
    },
    tellFull: (full) => source.tellFull(full),
    pending: (limit) => source.pending(limit),
    forget: (events) => source.forget(events),
    onCommitted: (wake) => source.onCommitted(wake),
  };
  const relay = system.relay({ source: slow });
  const counting = async () => {
    const { rows } = await relational.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = $1`,
      [count],
    );
    return rows.length;
  };
  await eventually(async () => expect(await counting()).toBe(1), within);
  await relay[Symbol.asyncDispose]();
  await eventually(async () => expect(await counting()).toBe(0), within);
});

test('a transaction that writes for long is told of by who it is, once while it lasts, and has a figure', async () => {
  await using system = await relayUnderTest();
  const { source } = system;
  let writes = true;
  const held = Object.create(source, {
    longWriter: {
      value: async () =>
        writes ? { pid: 7, application: 'nightly report', database: 'shop', ageSeconds: 75.4 } : undefined,
    },
    ...Object.fromEntries(
      (['backlog', 'tellFull', 'pending', 'forget', 'onCommitted'] as const).map((name) => [
        name,
        { value: source[name].bind(source) },
      ]),
    ),
  }) as OutboxSource;
  const metrics = new Registry();
  const figure = figuresOf(metrics);
  const told: unknown[] = [];
  const telling = Object.assign(Object.create(logger) as typeof logger, {
    warn: (fields: unknown, message: string) => told.push([fields, message]),
  });
  await using _relay = system.relay({ source: held, metrics, logger: telling });
  await eventually(async () => expect(await figure('tributary_outbox_long_writer_seconds')).toBe(75.4));
  writes = false;
  await eventually(async () => expect(await figure('tributary_outbox_long_writer_seconds')).toBe(0));
  expect(told).toEqual([
    [
      { store: 'database', pid: 7, application: 'nightly report', database: 'shop', ageSeconds: 75 },
      expect.stringContaining('a transaction writes for long'),
    ],
  ]);
});
