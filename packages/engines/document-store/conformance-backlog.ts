import type { CodedError } from '@tributary/runtime';
import { expect, test } from 'vitest';
import {
  documentWith,
  here,
  next,
  type OpenDocumentStoreUnderTest,
  pendingVersions,
  writeOf,
} from './conformance-documents.ts';

/** A writer may believe for a second what it was told before. */
const patient = { timeout: 15_000, interval: 50 };

const codeOf = (writing: Promise<unknown>): Promise<string> =>
  writing.then(
    () => 'taken',
    (error: CodedError) => error.code,
  );

export function testBacklog(open: OpenDocumentStoreUnderTest): void {
  test('what waits is counted no further than asked, with the time of the oldest', async () => {
    await using under = await open();
    const { outbox } = under.store;
    const notes = await under.store.collection('Note', []);
    expect(await outbox.backlog(10)).toEqual({ waiting: 0, oldest: undefined });
    const first = writeOf(documentWith({}));
    await notes.insert(first);
    for (let n = 0; n < 4; n += 1) await notes.insert(writeOf(documentWith({})));
    const oldest = first.events[0]?.event.time;
    expect(await outbox.backlog(10)).toEqual({ waiting: 5, oldest });
    expect(await outbox.backlog(3)).toEqual({ waiting: 3, oldest });
    await outbox.forget(await outbox.pending(10));
    expect(await outbox.backlog(10)).toEqual({ waiting: 0, oldest: undefined });
  });

  test('whoever no longer waits for the count is not kept by it', async () => {
    await using under = await open();
    const { outbox } = under.store;
    const notes = await under.store.collection('Note', []);
    await notes.insert(writeOf(documentWith({})));
    expect(await codeOf(outbox.backlog(10, AbortSignal.abort()))).toBe('DEADLINE_EXCEEDED');
    const leaving = new AbortController();
    const counting = codeOf(outbox.backlog(10, leaving.signal));
    leaving.abort();
    expect(await counting).toBe('DEADLINE_EXCEEDED');
    expect((await outbox.backlog(10, new AbortController().signal)).waiting).toBe(1);
  });

  test('while the relay says that too much waits no document is written, reading goes on, and nothing is left of what was refused', async () => {
    await using under = await open();
    const { outbox } = under.store;
    const notes = await under.store.collection('Note', []);
    const kept = documentWith({ n: 1 });
    await notes.insert(writeOf(kept));
    const refused = documentWith({ n: 2 });
    await outbox.tellFull(true);
    await outbox.tellFull(true);
    await expect.poll(() => codeOf(notes.insert(writeOf(documentWith({})))), patient).toBe('BACKLOG_FULL');
    expect(await codeOf(notes.insert(writeOf(refused)))).toBe('BACKLOG_FULL');
    expect(await codeOf(notes.insertMany([writeOf(refused)]))).toBe('BACKLOG_FULL');
    expect(await codeOf(notes.replace(1, writeOf(next(kept, { n: 3 }))))).toBe('BACKLOG_FULL');
    expect(await codeOf(notes.remove(1, writeOf(next(kept, {}))))).toBe('BACKLOG_FULL');
    expect(await notes.getMany(here, [kept.id, refused.id])).toEqual([kept]);
    expect(await pendingVersions(under.store, kept)).toEqual([1]);
    await outbox.tellFull(false);
    await outbox.tellFull(false);
    await expect.poll(() => codeOf(notes.insert(writeOf(refused))), patient).toBe('taken');
    expect(await notes.replace(1, writeOf(next(kept, { n: 3 })))).toBe(true);
  });
}
