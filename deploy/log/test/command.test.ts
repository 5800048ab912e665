import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cursorIdentity } from '@tributary/engines/event-log/cursor';
import { openEventLog } from '@tributary/engines/event-log/open';
import { openRelational } from '@tributary/engines/relational/open';
import { systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { attach } from '../src/attach.ts';
import { runCommand } from '../src/command.ts';
import { readCursorSecret } from '../src/config.ts';
import { change, cursors, describeLogCommands, log, productOn, topic } from './log-commands.ts';

async function embeddedLog() {
  const relational = await freshDatabase();
  const eventLog = await openEventLog('embedded:', { relational, log });
  return {
    eventLog,
    place: { eventLogUrl: 'embedded:', databaseUrl: relational.url, dataDir: '/nowhere' },
    [Symbol.asyncDispose]: async () => {
      await eventLog[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

describeLogCommands('the embedded log', embeddedLog);

describe('what is said wrong', () => {
  let system: Awaited<ReturnType<typeof productOn>>;
  beforeAll(async () => {
    system = await productOn(await embeddedLog());
  });
  afterAll(() => system?.[Symbol.asyncDispose]());

  test.each([
    'nonsense',
    'topics too much',
    'tail',
    'tail data.record --from yesterday',
    'tail data.record --from 5',
    'tail data.record --limit many',
    'tail data.record --partition 99',
    'offsets data.record',
    'replay data.record --from earliest',
    'replay data.record --group test-group',
    'dead-letters redrive',
    'dead-letters bury all',
    'topics --sideways',
    'topics --from earliest',
    'offsets data.record --at 2026-11-26T09:30:00Z --limit 5',
    'dead-letters redrive --all --from earliest',
    'dead-letters list --dry-run',
    'tail data.record --from 2026-02-30',
    'offsets data.record --at 2026-11-26T09:30:00',
    'offsets data.record --at 2026-11-26T25:30:00Z',
    'offsets data.record --at 2026-11-26T09:30:00+0200',
    'dead-letters redrive 0194f3d2-0000-7000-8000-000000000000 --key nonsense',
    'dead-letters redrive 0194f3d2-0000-7000-8000-000000000000 --limit 1',
    'dead-letters show 0194f3d2-0000-7000-8000-000000000000 --type data.record.updated',
    'tail data.record --key x --key y',
    'replay data.record --from latest --to 2026-01-01 --dry-run --partition 0 --partition 1',
    'replay data.record --from 999999 --partition 0 --dry-run',
    'replay log.redelivery --from earliest --dry-run',
  ])('"log %s" is refused with a sentence, and nothing is done', async (line) => {
    await expect(system.run(line)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

test('no event is shown where none may be, and nothing is waited for', async () => {
  await using system = await productOn(await embeddedLog());
  expect(await system.run(`tail ${topic} --limit 0`)).toEqual([]);
});

test('what an event holds of what a terminal obeys is shown, not obeyed', async () => {
  await using system = await productOn(await embeddedLog());
  await using asking = await attach(system.place, 'ask', log);
  const subject = 'Airport/\u001b[2J\nforged\u009b';
  await asking.append(topic, [{ ...change('a', 1), subject }]);
  const [line] = await system.run(`tail ${topic} --from earliest --limit 1`);
  expect(line).toContain('  Airport/\\u001b[2J\\u000aforged\\u009b  ');
});

test('what only looks cannot write: the database refuses it', async () => {
  await using system = await productOn(await embeddedLog());
  const { place } = system;
  await using looking = await attach(place, 'look', log);
  await expect(looking.append(topic, [change('a', 1)])).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await using asking = await attach(place, 'ask', log);
  await asking.append(topic, [change('a', 1)]);
  await eventually(() => expect(system.handled).toHaveLength(1));
});

test('where no product runs, and where it has no log yet, one sentence says what to do', async () => {
  const nowhere = { eventLogUrl: 'embedded:', databaseUrl: 'embedded:', dataDir: '/nowhere' };
  await expect(attach(nowhere, 'look', log)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'No product runs on the data folder /nowhere; start it, or name another with DATA_DIR.',
  });
  await using relational = await freshDatabase();
  const empty = { ...nowhere, databaseUrl: relational.url };
  await expect(attach(empty, 'look', log)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('the secret of cursors comes from the environment, or from the data folder, and one sentence says so where it is neither', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-log-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  vi.stubEnv('DATA_DIR', dataDir);
  onTestFinished(() => void vi.unstubAllEnvs());
  const missing = { code: 'CONFIG_INVALID', message: expect.stringContaining('CURSOR_SECRET') };
  expect(() => readCursorSecret('embedded')).toThrow(expect.objectContaining(missing));
  await writeFile(join(dataDir, 'secrets.json'), '{"sealingKey":""}');
  expect(() => readCursorSecret('embedded')).toThrow(expect.objectContaining(missing));
  await writeFile(join(dataDir, 'secrets.json'), '{"cursorSecret":"kept by the product"}');
  expect(readCursorSecret('embedded')).toBe('kept by the product');
  vi.stubEnv('CURSOR_SECRET', 'given to all gateways');
  expect(readCursorSecret('embedded')).toBe('given to all gateways');
});

test('a cursor from before partitions were added to its topic is a place with all that is in them after it', async () => {
  const opened = await embeddedLog();
  await using system = await productOn(opened);
  await opened.eventLog.append(topic, [change('a', 1), change('b', 2), change('c', 3)]);
  const identity = await cursorIdentity(opened.eventLog, topic);
  const cursor = cursors.encode({ [topic]: [0] }, { [topic]: identity });
  expect(await system.json(`tail ${topic} --from ${cursor} --to latest`)).toHaveLength(3);
});

test('who tails is told that the log is away, once, and that it is there again', async () => {
  const opened = await embeddedLog();
  await using system = await productOn(opened);
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const printed: string[] = [];
  const remarks: string[] = [];
  const tailing = runCommand(['log', 'tail', topic], {
    open: (_, purpose) => attach(system.place, purpose, log),
    cursors: () => cursors,
    print: (text) => void printed.push(text),
    remark: (sentence) => void remarks.push(sentence),
    clock: systemClock,
    signal: ending.signal,
  });
  // It begins at the end, wherever that is by then.
  await eventually(async () => {
    if (printed.length === 0) await opened.eventLog.append(topic, [change('a', 1)]);
    expect(printed.length).toBeGreaterThan(0);
  });
  await using relational = await openRelational(opened.place.databaseUrl, { dataDir: '', log });
  await relational.query('ALTER TABLE event_log.record RENAME TO record_away');
  await eventually(() => expect(remarks).toEqual([expect.stringMatching(/^The log cannot be read; /)]));
  await relational.query('ALTER TABLE event_log.record_away RENAME TO record');
  await eventually(() => expect(remarks.at(-1)).toBe('The log can be read again.'));
  await opened.eventLog.append(topic, [change('last', 2)]);
  await eventually(() => expect(printed.at(-1)).toContain('Thing/last'));
  ending.abort();
  await tailing;
  expect(remarks).toHaveLength(2);
});
