import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OutboxSource } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { Registry, systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { relayLock, startRelay } from '../src/relay.ts';
import { changeOf, logger, type RelayUnderTest, relayUnderTest, topic } from './relay-under-test.ts';

const within = { timeoutMs: 40_000 };
const fixture = fileURLToPath(new URL('relay-process.fixture.ts', import.meta.url));

interface RelayProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** How often it began to lead. */
  readonly terms: () => number;
  /** Whether it has asked for its turn, and was given it or not. */
  readonly asked: () => boolean;
}

function relayProcess({ relational }: RelayUnderTest): RelayProcess {
  const child = fork(fixture, [relational.url]);
  let terms = 0;
  let asked = false;
  child.on('message', (said) => {
    if (said === 'leading') terms += 1;
    asked = true;
  });
  return {
    child,
    terms: () => terms,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Writes one more change of the same thing, and waits until the log has all of them once, in order. */
function writer(system: RelayUnderTest) {
  const written: string[] = [];
  return async (): Promise<void> => {
    const event = changeOf('Airport/1', written.length);
    written.push(event.id);
    await writeOutbox(system.relational, [{ topic, event }]);
    await eventually(
      async () => expect((await system.logged()).map(({ id }) => id)).toEqual(written),
      within,
    );
  };
}

/** A term may end by itself where the machine is slow: how many there were is nobody's promise. */
function leadsAgain({ terms }: RelayProcess, after = 0): Promise<void> {
  return eventually(() => expect(terms()).toBeGreaterThan(after), within);
}

function isThere({ asked }: RelayProcess): Promise<void> {
  return eventually(() => expect(asked()).toBe(true), within);
}

// How long a hand-over takes is what `npm run bench -- relay` holds to two seconds.
test('when the leader is killed, and when it is stopped, another relay takes over; the one that goes on again doubles nothing', async () => {
  await using system = await relayUnderTest();
  const write = writer(system);
  await using first = relayProcess(system);
  await leadsAgain(first);
  await using second = relayProcess(system);
  await isThere(second);
  await write();
  first.child.kill('SIGKILL');
  await write();
  await leadsAgain(second);
  await using third = relayProcess(system);
  await isThere(third);
  second.child.kill('SIGSTOP');
  await write();
  await leadsAgain(third);
  second.child.kill('SIGCONT');
  await write();
  const before = second.terms();
  third.child.kill('SIGKILL');
  await write();
  await leadsAgain(second, before);
}, 300_000);

test('a store that fails while the relay is stopped does not let the lock go while another one is still at work', async () => {
  await using system = await relayUnderTest();
  const told: string[] = [];
  const { source, relational } = system;
  const idle = (place: string): OutboxSource => ({
    place,
    store: source.store,
    backlog: async () => ({ waiting: 0, oldest: undefined }),
    tellFull: async () => undefined,
    pending: async () => [],
    forget: async () => undefined,
    onCommitted: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
  });
  let isAtWork: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const atWork = new Promise<void>((resolve) => {
    isAtWork = resolve;
  });
  const working = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const gone: OutboxSource = {
    ...idle('gone'),
    onCommitted: async () => ({
      [Symbol.asyncDispose]: async () => {
        told.push('one store failed');
        throw new Error('the database is gone');
      },
    }),
  };
  const slow: OutboxSource = {
    ...idle('slow'),
    pending: async () => {
      isAtWork();
      await working;
      told.push('the other is done');
      return [];
    },
  };
  const lock = relayLock(relational);
  const relay = startRelay({
    sources: [gone, slow],
    log: system.log,
    lock: async () => {
      const taken = await lock();
      if (taken === undefined) return undefined;
      const letGo = taken[Symbol.asyncDispose].bind(taken);
      return Object.assign(taken, {
        [Symbol.asyncDispose]: async () => {
          told.push('the lock is let go');
          await letGo();
        },
      });
    },
    logger,
    metrics: new Registry(),
    clock: systemClock,
  });
  await atWork;
  const stopped = relay[Symbol.asyncDispose]();
  await eventually(() => expect(told).toContain('one store failed'));
  await relational.ping();
  goOn();
  await stopped;
  expect(told).toEqual(['one store failed', 'the other is done', 'the lock is let go']);
});
