import { randomBytes } from 'node:crypto';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { connectPostgres } from '@tributary/engines/relational/postgres';
import { CodedError, Registry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { changeOf, logger, relayUnderTest, topic } from './relay-under-test.ts';

test('a commit wakes the relay: half of the time its event is in the log before the next poll would have found it', async () => {
  await using system = await relayUnderTest();
  await using _relay = system.relay();
  const arrivals = new Map<string, number>();
  await using _tail = await system.log.tail({
    topics: [topic],
    onRecords: (records) => {
      for (const { event } of records) arrivals.set(event.id, performance.now());
    },
  });
  const latenciesMs: number[] = [];
  for (let n = 0; n < 25; n += 1) {
    const event = changeOf('Airport/1', n);
    await system.relational.transaction((tx) => writeOutbox(tx, [{ topic, event }]));
    const committedMs = performance.now();
    latenciesMs.push(
      await eventually(() => {
        const arrivedMs = arrivals.get(event.id);
        if (arrivedMs === undefined) throw new Error('not there yet');
        return arrivedMs - committedMs;
      }),
    );
  }
  latenciesMs.sort((a, b) => a - b);
  // A poll that found each of them would take its 200 ms: the next change follows at once.
  expect(latenciesMs[12]).toBeLessThan(150);
});

test('a place that never rings, as a server without change streams, is looked at all the same', async () => {
  await using system = await relayUnderTest();
  const { source } = system;
  const silent = {
    place: source.place,
    store: source.store,
    backlog: (limit: number, signal?: AbortSignal) => source.backlog(limit, signal),
    tellFull: (full: boolean) => source.tellFull(full),
    pending: (limit: number) => source.pending(limit),
    forget: (events: Parameters<typeof source.forget>[0]) => source.forget(events),
    onCommitted: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
  };
  await using _relay = system.relay({ source: silent });
  const events = [changeOf('Airport/1', 1), changeOf('Airport/1', 2)];
  for (const [index, event] of events.entries()) {
    await system.relational.transaction((tx) => writeOutbox(tx, [{ topic, event }]));
    await eventually(async () => expect(await system.logged()).toEqual(events.slice(0, index + 1)));
  }
});

test('after a look that found a few events more may gather as long as it took', async () => {
  await using system = await relayUnderTest();
  const { source } = system;
  const looks: { readonly begunMs: number; readonly endedMs: number; readonly found: number }[] = [];
  const slowMs = 20;
  const slow = {
    place: source.place,
    store: source.store,
    backlog: (limit: number, signal?: AbortSignal) => source.backlog(limit, signal),
    tellFull: (full: boolean) => source.tellFull(full),
    forget: (events: Parameters<typeof source.forget>[0]) => source.forget(events),
    onCommitted: (wake: () => void) => source.onCommitted(wake),
    pending: async (limit: number) => {
      const begunMs = performance.now();
      const events = await source.pending(limit);
      if (events.length > 0) await new Promise((resolve) => setTimeout(resolve, slowMs + 1));
      looks.push({ begunMs, endedMs: performance.now(), found: events.length });
      return events;
    },
  };
  await using _relay = system.relay({ source: slow });
  await writeOutbox(system.relational, [{ topic, event: changeOf('Airport/1', 1) }]);
  const [found, next] = await eventually(() => {
    const at = looks.findIndex((look) => look.found > 0);
    const pair = [looks[at], looks[at + 1]];
    expect(pair).not.toContain(undefined);
    return pair;
  });
  expect((next?.begunMs ?? 0) - (found?.endedMs ?? 0)).toBeGreaterThan(slowMs);
});

test('a rolled back event never reaches the log', async () => {
  await using system = await relayUnderTest();
  await using _relay = system.relay();
  const undone = system.relational.transaction(async (tx) => {
    await writeOutbox(tx, [{ topic, event: changeOf('Airport/1', 1) }]);
    throw new Error('changed my mind');
  });
  await expect(undone).rejects.toThrow('changed my mind');
  const kept = changeOf('Airport/1', 2);
  await writeOutbox(system.relational, [{ topic, event: kept }]);
  await eventually(async () => expect(await system.logged()).toEqual([kept]));
});

test('an event that does not fit its schema ends the transaction that writes it, by name', async () => {
  await using system = await relayUnderTest();
  await system.relational.query('CREATE TABLE thing (id int)');
  const odd = changeOf('Thing/1', 0.5);
  const writing = system.relational.transaction(async (tx) => {
    await tx.query('INSERT INTO thing VALUES (1)');
    await writeOutbox(tx, [
      { topic, event: changeOf('Thing/1', 1) },
      { topic, event: odd },
    ]);
  });
  await expect(writing).rejects.toMatchObject({
    code: 'EVENT_INVALID',
    message: 'An event data.record.updated of data.record was refused: /data/version must be integer.',
  });
  const elsewhere = writeOutbox(system.relational, [
    { topic: 'nobody.declared', event: changeOf('Thing/1', 1) },
  ]);
  await expect(elsewhere).rejects.toMatchObject({ code: 'EVENT_INVALID', details: { path: '/type' } });
  expect((await system.relational.query('SELECT FROM thing')).rows).toEqual([]);
  expect(await system.source.pending(9)).toEqual([]);
});

test('a relay that dies between append and forget doubles nothing', async () => {
  await using system = await relayUnderTest();
  const events = Array.from({ length: 40 }, (_, n) => changeOf(`Airport/${n % 5}`, n));
  await writeOutbox(
    system.relational,
    events.map((event) => ({ topic, event })),
  );
  let forgetting = 0;
  const source = {
    place: 'the dying one',
    store: 'database' as const,
    backlog: (limit: number, signal?: AbortSignal) => system.source.backlog(limit, signal),
    tellFull: (full: boolean) => system.source.tellFull(full),
    pending: (limit: number) => system.source.pending(limit),
    onCommitted: (wake: () => void) => system.source.onCommitted(wake),
    forget: async () => {
      forgetting += 1;
      throw new Error('killed here');
    },
  };
  {
    await using _dying = system.relay({ source });
    await eventually(() => expect(forgetting).toBeGreaterThan(1));
  }
  await using _next = system.relay();
  await eventually(async () => expect(await system.source.pending(1)).toEqual([]));
  const logged = await system.logged();
  expect(logged.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
});

test.each([
  { form: 'in the database of the outbox', isOwn: true },
  { form: 'elsewhere', isOwn: false },
])(
  'while a log $form is away nothing is lost, and what waited goes in order once it is back',
  async ({ isOwn }) => {
    await using system = await relayUnderTest();
    let away = true;
    const refuse = (): void => {
      if (away) throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    };
    const { log: whole } = system;
    const log = Object.create(whole, {
      ownOutbox: { value: isOwn ? whole.ownOutbox : undefined },
      append: {
        value: async (...args: Parameters<typeof whole.append>) => {
          refuse();
          return whole.append(...args);
        },
      },
      move: {
        value: async (...args: Parameters<NonNullable<typeof whole.move>>) => {
          refuse();
          return whole.move?.(...args);
        },
      },
    }) as typeof whole;
    const metrics = new Registry();
    await using _relay = system.relay({ log, metrics });
    const events = Array.from({ length: 30 }, (_, n) => changeOf('Airport/1', n));
    for (const event of events) await writeOutbox(system.relational, [{ topic, event }]);
    await eventually(async () =>
      expect(await metrics.metrics()).toMatch(
        /tributary_outbox_append_failures_total\{topic="data.record"\} [2-9]/,
      ),
    );
    expect(await system.logged()).toEqual([]);
    away = false;
    await eventually(async () => expect(await system.logged()).toEqual(events));
  },
);

test.each([
  { form: 'in the database of the outbox', isOwn: true },
  { form: 'elsewhere', isOwn: false },
])(
  'what waits goes to a log $form in batches of 1,000, the last one with what is left',
  async ({ isOwn }) => {
    await using system = await relayUnderTest();
    const { log: whole } = system;
    const batches: number[] = [];
    const log = Object.create(whole, {
      ownOutbox: { value: isOwn ? whole.ownOutbox : undefined },
      append: {
        value: (...args: Parameters<typeof whole.append>) => {
          batches.push(args[1].length);
          return whole.append(...args);
        },
      },
      move: {
        value: (...args: Parameters<NonNullable<typeof whole.move>>) => {
          batches.push(args[1].length);
          return whole.move?.(...args);
        },
      },
    }) as typeof whole;
    const events = Array.from({ length: 2_001 }, (_, n) => changeOf('Airport/1', n));
    await writeOutbox(
      system.relational,
      events.map((event) => ({ topic, event })),
    );
    await using _relay = system.relay({ log });
    await eventually(async () => expect(await system.logged()).toEqual(events));
    expect(batches).toEqual([1_000, 1_000, 1]);
  },
);

test('a topic the log refuses holds up no other, even with two thousand of its events in front', async () => {
  await using system = await relayUnderTest();
  const stuck = Array.from({ length: 2_000 }, (_, n) => ({
    topic: 'data.document',
    event: changeOf('Thing/1', n, 'data.document'),
  }));
  await writeOutbox(system.relational, stuck);
  const event = changeOf('Airport/1', 1);
  await writeOutbox(system.relational, [{ topic, event }]);
  await using _relay = system.relay();
  await eventually(async () => expect(await system.logged()).toEqual([event]));
  await eventually(async () => expect(await system.source.pending(3_000)).toHaveLength(2_000));
});

test('when the leader loses its connection a relay leads again, and events go on', async () => {
  await using system = await relayUnderTest();
  await using second = connectPostgres(system.relational.url, {
    log: logger,
    poolSize: 4,
    applicationName: 'second',
  });
  const figures = [new Registry(), new Registry()] as const;
  const leading = async (metrics: Registry): Promise<boolean> =>
    /^tributary_outbox_relay_leading 1$/m.test(await metrics.metrics());
  await using _first = system.relay({ metrics: figures[0] });
  await eventually(async () => expect(await leading(figures[0])).toBe(true));
  await using _second = system.relay({ metrics: figures[1], relational: second });
  const lock = await system.relational.query<{ pid: number }>(
    `SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database() AND objid = $1`,
    [0x726c6179],
  );
  expect(lock.rows).toHaveLength(1);
  await system.relational.query('SELECT pg_terminate_backend($1)', [lock.rows[0]?.pid]);
  await eventually(async () =>
    expect([await leading(figures[0]), await leading(figures[1])]).toContain(true),
  );
  const event = changeOf('Airport/1', 1);
  await writeOutbox(system.relational, [{ topic, event }]);
  await eventually(async () => expect(await system.logged()).toEqual([event]));
});

test('a relay that is stopped hands over at once', async () => {
  await using system = await relayUnderTest();
  const first = system.relay();
  await writeOutbox(system.relational, [{ topic, event: changeOf('Airport/1', 1) }]);
  await eventually(async () => expect(await system.logged()).toHaveLength(1));
  await using _second = system.relay();
  await first[Symbol.asyncDispose]();
  await writeOutbox(system.relational, [{ topic, event: changeOf('Airport/1', 2) }]);
  await eventually(async () => expect(await system.logged()).toHaveLength(2), { timeoutMs: 2_000 });
});

test('nor do megabytes of its events that take as much in the table as they have', async () => {
  await using system = await relayUnderTest();
  const stuck = Array.from({ length: 350 }, (_, n) => {
    const event = changeOf('Thing/1', n, 'data.document');
    const data = { ...(event.data as object), after: { text: randomBytes(30_000).toString('hex') } };
    return { topic: 'data.document', event: { ...event, data } };
  });
  await writeOutbox(system.relational, stuck);
  const event = changeOf('Airport/1', 1);
  await writeOutbox(system.relational, [{ topic, event }]);
  await using _relay = system.relay();
  await eventually(async () => expect(await system.logged()).toEqual([event]));
});
