import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { addDeadLetter } from '@tributary/engines/event-log/dead-letters';
import { startDurableConsumer } from '@tributary/engines/event-log/durable-consumer';
import { createEvent } from '@tributary/engines/event-log/event';
import { CodedError, createLogger, Registry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { eventually } from '@tributary/test-kit';
import { describe, expect, test } from 'vitest';
import { attach } from '../src/attach.ts';
import { runCommand } from '../src/command.ts';
import type { LogPlace } from '../src/config.ts';

export const log = createLogger({ name: 'test', level: 'silent' });
export const topic = 'data.record';

/** As the product's gateways have it. */
export const cursors = createCursorCodec('a secret only the tests know');

/** A log that nobody else has, and what the command line is told of it. */
export interface LogOfProduct extends AsyncDisposable {
  readonly eventLog: EventLog;
  readonly place: LogPlace;
}

export function change(thing: string, n: number): LogEvent {
  return createEvent({
    type: 'data.record.updated',
    source: '/tests',
    subject: `Thing/${thing}`,
    workspaceId: thing === 'b' ? 'w2' : 'w1',
    actor: { kind: 'service', id: 'tests' },
    data: { model: 'Thing', id: thing, version: n + 1, before: {}, after: { n }, changed: ['n'] },
    clock: systemClock,
  });
}

/** A log as a product has it, with one group that fails for the numbers in `broken`, and the command line beside it. */
export async function productOn(opened: LogOfProduct) {
  const { eventLog, place } = opened;
  await eventLog.declareTopics(topicContracts());
  const handled: string[] = [];
  const broken = new Set<number>();
  const member = await startDurableConsumer({
    eventLog,
    log,
    clock: systemClock,
    metrics: new Registry(),
    group: 'test-group',
    topics: [topic],
    rests: [1, 1],
    onRecords: async (records) => {
      for (const { event } of records) {
        const { n } = (event.data as { after: { n: number } }).after;
        if (broken.has(n)) throw new CodedError('INTERNAL', `${n} is broken`);
        handled.push(event.id);
      }
    },
  });
  const remarks: string[] = [];
  const run = async (line: string, signal = new AbortController().signal): Promise<string[]> => {
    const said: string[] = [];
    await runCommand(['log', ...line.split(' ')], {
      open: (_, purpose) => attach(place, purpose, log),
      cursors: () => cursors,
      print: (text) => void said.push(text),
      remark: (sentence) => void remarks.push(sentence),
      clock: systemClock,
      signal,
    });
    return said;
  };
  return {
    eventLog,
    place,
    handled,
    broken,
    run,
    /** What was said beside the answers, in order. */
    remarks,
    /** What a command prints with --json. */
    json: async (line: string): Promise<Record<string, unknown>[]> =>
      (await run(`${line} --json`)).map((text) => JSON.parse(text) as Record<string, unknown>),
    [Symbol.asyncDispose]: async () => {
      await member[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

export function describeLogCommands(name: string, open: () => Promise<LogOfProduct>): void {
  describe(`the command line on ${name}`, () => {
    test('topics and groups are shown as they are, with what is otherwise than declared', async () => {
      await using system = await productOn(await open());
      await system.eventLog.append(topic, [change('a', 1), change('a', 2), change('b', 3)]);
      await eventually(() => expect(system.handled).toHaveLength(3));
      await system.eventLog.declareTopics([
        { name: 'somebody.elses', partitions: 1, retentionMs: 86_400_000 },
      ]);
      const lines = (await system.run('topics')).join('\n').split('\n');
      expect(lines[0]).toMatch(/^topic +partitions +records +retention +cleanup +earliest +latest/);
      expect(lines.find((line) => line.startsWith('data.record '))).toMatch(/ 4 +3 +30 d +delete +0,0,0,0 /);
      expect(lines.find((line) => line.startsWith('jobs.queue '))).toMatch(/ 365 d +compact /);
      expect(lines.find((line) => line.startsWith('somebody.elses '))).toMatch(/not declared$/);
      const told = await system.json('topics');
      expect(told.find(({ name }) => name === 'data.record')).toMatchObject({ declared: true, note: '' });
      expect(told.find(({ name }) => name === 'somebody.elses')).toMatchObject({
        declared: false,
        note: 'not declared',
      });
      // The same, whoever reads the answer.
      const notDeclared = expect.stringMatching(/^Not declared: .*, or of others/);
      expect(system.remarks).toEqual([notDeclared, notDeclared]);
      await eventually(async () =>
        expect(await system.json('groups')).toContainEqual({
          group: 'test-group',
          members: 1,
          topic,
          positions: await system.eventLog.end(topic),
          lag: 0,
        }),
      );
    });

    test('tail shows a range, by key, type and workspace, and goes on with what comes until it has enough', async () => {
      await using system = await productOn(await open());
      const events = [change('a', 1), change('b', 2), change('a', 3)];
      await system.eventLog.append(topic, events);
      const ids = async (line: string): Promise<unknown[]> =>
        (await system.json(line)).map(({ event }) => (event as LogEvent).id).sort();
      const [first, second, third] = events.map(({ id }) => id);
      expect(await ids(`tail ${topic} --from earliest --to latest`)).toEqual([first, second, third].sort());
      expect(await ids(`tail ${topic} --from earliest --to latest --key Thing/a`)).toEqual([first, third]);
      expect(await ids(`tail ${topic} --from earliest --to latest --workspace w2`)).toEqual([second]);
      expect(await ids(`tail ${topic} --from earliest --to latest --type data.record.deleted`)).toEqual([]);
      expect(await ids(`tail ${topic} --from 2020-01-01 --to 2020-01-02`)).toEqual([]);
      const following = system.json(`tail ${topic} --from earliest --limit 5`);
      const late = [change('a', 4), change('a', 5)];
      await system.eventLog.append(topic, late);
      expect((await following).map(({ event }) => (event as LogEvent).id).slice(3)).toEqual(
        late.map(({ id }) => id),
      );
      const [line] = await system.run(`tail ${topic} --from earliest --key Thing/b --limit 1`);
      expect(line).toMatch(new RegExp(`Z  data.record/\\d@0  data.record.updated  Thing/b  ${second}$`));
    });

    test('the offsets at a moment are the first ones that are not older', async () => {
      await using system = await productOn(await open());
      const events = [change('a', 1), change('a', 2)] as const;
      await system.eventLog.append(topic, [events[0]]);
      const after = await system.eventLog.end(topic);
      const [older] = await system.json(`tail ${topic} --from earliest --to latest`);
      const between = (older as { readonly timestampMs: number }).timestampMs + 1;
      await eventually(() => expect(Date.now()).toBeGreaterThan(between));
      await system.eventLog.append(topic, [events[1]]);
      const end = await system.eventLog.end(topic);
      const at = async (moment: string): Promise<unknown> =>
        (await system.json(`offsets ${topic} --at ${moment}`))[0];
      expect(await at('2020-01-01T00:00:00Z')).toMatchObject({ offsets: [0, 0, 0, 0], end });
      expect(await at('2100-01-01T00:00:00Z')).toMatchObject({ offsets: end });
      const moment = new Date(between).toISOString();
      // What a partition has nothing after is its end.
      expect(await at(moment)).toMatchObject({ offsets: after, end });
      expect(await system.json(`tail ${topic} --from ${moment} --to latest`)).toMatchObject([
        { event: { id: events[1].id } },
      ]);
      expect(await system.json(`tail ${topic} --from earliest --to ${moment}`)).toMatchObject([
        { event: { id: events[0].id } },
      ]);
    });

    test('a replay reaches the group it names with the range it names; a dry run reaches nobody', async () => {
      await using system = await productOn(await open());
      const events = [change('a', 1), change('a', 2), change('a', 3)];
      await system.eventLog.append(topic, events);
      await eventually(() => expect(system.handled).toHaveLength(3));
      const partition = (await system.eventLog.end(topic)).indexOf(3);
      const range = `replay ${topic} --partition ${partition} --from 1 --to 3`;
      expect(await system.run(`${range} --dry-run`)).toHaveLength(3);
      expect(await system.eventLog.end('log.redelivery')).toEqual([0, 0, 0, 0]);
      expect(await system.run(`${range} --group test-group`)).toEqual([
        'test-group was asked to handle 2 events again.',
      ]);
      await eventually(() => expect(system.handled.slice(3)).toEqual(events.slice(1).map(({ id }) => id)));
      await expect(system.run(`${range} --group nobody`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(system.run('replay jobs.run --from earliest --group test-group')).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
      });
    });

    test('a cursor is a place for tail and replay as it is for clients: the position it was signed for, of its own topics and log', async () => {
      await using system = await productOn(await open());
      const events = [change('a', 1), change('b', 2), change('a', 3), change('b', 4)];
      await system.eventLog.append(topic, events.slice(0, 2));
      const position = await system.eventLog.end(topic);
      await system.eventLog.append(topic, events.slice(2));
      await eventually(() => expect(system.handled).toHaveLength(4));
      const cursor = cursors.encode({ 'jobs.run': [0, 0, 0, 0, 0, 0, 0, 0], [topic]: position });
      const ids = async (line: string): Promise<unknown[]> =>
        (await system.json(line)).map(({ event }) => (event as LogEvent).id).sort();
      const [first, second, third, fourth] = events.map(({ id }) => id);
      expect(await ids(`tail ${topic} --from earliest --to ${cursor}`)).toEqual([first, second].sort());
      expect(await ids(`replay ${topic} --from ${cursor} --dry-run`)).toEqual([third, fourth].sort());
      expect(await system.run(`replay ${topic} --from ${cursor} --group test-group`)).toEqual([
        'test-group was asked to handle 2 events again.',
      ]);
      await eventually(() => expect(system.handled.slice(4).sort()).toEqual([third, fourth].sort()));
      const refused: readonly (readonly [string, string])[] = [
        [cursors.encode({ 'jobs.run': [0] }), 'BAD_USER_INPUT'],
        [cursors.encode({ [topic]: [0] }), 'CURSOR_INVALID'],
        [cursors.encode({ [topic]: position }, { [topic]: 'another one' }), 'CURSOR_INVALID'],
        [createCursorCodec('a secret of somebody else').encode({ [topic]: position }), 'CURSOR_INVALID'],
      ];
      for (const [from, code] of refused)
        await expect(system.run(`replay ${topic} --from ${from} --group test-group`)).rejects.toMatchObject({
          code,
        });
    });

    test('dead letters are listed with their reasons, shown whole, and redriven by choice', async () => {
      await using system = await productOn(await open());
      system.broken.add(1).add(2);
      const events = [change('a', 1), change('a', 2), change('a', 3)];
      await system.eventLog.append(topic, events);
      await eventually(() => expect(system.handled).toEqual([events[2]?.id]));
      const [first, second] = await system.json('dead-letters list --group test-group');
      expect([first?.['message'], second?.['message']]).toEqual(['1 is broken', '2 is broken']);
      expect(await system.json('dead-letters list --reason EVENT_INVALID')).toEqual([]);
      const [shown] = await system.run(`dead-letters show ${first?.['id']}`);
      expect(JSON.parse(shown ?? '')).toMatchObject({ reason: 'INTERNAL', attempts: 3, event: events[0] });
      expect((await system.run('dead-letters redrive --all --dry-run'))[0]?.split('\n')).toHaveLength(3);
      system.broken.clear();
      await system.run(`dead-letters redrive ${first?.['id']}`);
      await eventually(() => expect(system.handled).toContain(events[0]?.id));
      expect((await system.json('dead-letters list')).map(({ id }) => id)).toEqual([second?.['id']]);
      await system.run('dead-letters redrive --reason INTERNAL');
      await eventually(() => expect(system.handled).toContain(events[1]?.id));
      expect(await system.run('dead-letters list')).toEqual(['No dead letters.']);
      const again = system.run(`dead-letters redrive ${first?.['id']}`);
      await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('what the relay gave up goes to its topic; of many those are redriven that can be, and the others are named', async () => {
      await using system = await productOn(await open());
      const { eventLog } = system;
      const put = (group: string, n: number): Promise<void> => {
        const refusal = { reason: 'PAYLOAD_TOO_LARGE', message: `${group} gave it up`, attempts: 1 };
        const given = { topic, partition: 0, offset: n, event: change('a', n) };
        return addDeadLetter(eventLog, given, { group, refusal, clock: systemClock });
      };
      for (const [group, n] of [
        ['outbox-relay', 1],
        ['gone-group', 2],
        ['test-group', 3],
        ['outbox-relay', 4],
      ] as const)
        await put(group, n);
      const letters = await system.json('dead-letters list');
      const [relayed, gone, ofGroup, last] = letters;
      const eventOf = (letter: Record<string, unknown> = {}) => (letter['event'] as LogEvent).id;
      await system.run(`dead-letters redrive ${relayed?.['id']}`);
      await eventually(() => expect(system.handled).toEqual([eventOf(relayed)]));
      const [record] = await system.json(`tail ${topic} --from earliest --to latest`);
      expect(record?.['event']).toEqual(relayed?.['event']);
      const all = system.run('dead-letters redrive --all');
      await expect(all).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
        message: expect.stringMatching(
          new RegExp(
            `^1 of 3 dead letters could not be redriven and stay\\.\nNOT_FOUND: There is no group gone-group; .* \\(${gone?.['id']}\\)$`,
          ),
        ),
      });
      await eventually(() =>
        expect(new Set(system.handled)).toEqual(new Set([relayed, ofGroup, last].map(eventOf))),
      );
      expect(await system.json('dead-letters list')).toEqual([gone]);
      const alone = system.run(`dead-letters redrive ${gone?.['id']}`);
      await expect(alone).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
