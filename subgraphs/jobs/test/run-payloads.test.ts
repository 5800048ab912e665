import { expect, test } from 'vitest';
import { editor, openJobs, viewer } from './open-jobs.ts';

test('inputs and outputs of runs are read for whoever asks for them, all at once, and for nobody else', async () => {
  await using jobs = await openJobs();
  const texts = ['one', 'two', 'three'].map((text) => text.repeat(50_000));
  for (const text of texts) await jobs.enqueue({ input: { text } });
  const [done] = await jobs.claim();
  if (done === undefined) throw new Error('no run was claimed');
  await jobs.queue.succeed([{ lease: done.lease, output: { made: 7 } }]);

  const reading = (statements: readonly string[]) =>
    statements.filter((statement) => /\b(input|output)\b/.test(statement));
  const list = `{ runs(first: 10) { nodes { id state jobName attempt children { nodes { id } } } } }`;
  expect(reading(await jobs.statementsOf(() => jobs.ask(viewer, list)))).toEqual([]);
  expect(
    reading(await jobs.statementsOf(() => jobs.ask(viewer, `{ run(id: "${done.id}") { state } }`))),
  ).toEqual([]);

  const whole = `{ runs(first: 10, orderBy: { createdAt: ASC }) { nodes { id ...Given came: output } } } fragment Given on Run { input }`;
  const statements = await jobs.statementsOf(async () => {
    const { data } = await jobs.ask(viewer, whole);
    expect(data.runs.nodes.map(({ input }: { input: unknown }) => input)).toEqual(
      texts.map((text) => ({ text })),
    );
    const came = data.runs.nodes.filter(({ came: output }: { came: unknown }) => output !== null);
    expect(came).toMatchObject([{ id: done.id, came: { made: 7 } }]);
  });
  expect(reading(statements)).toHaveLength(1);
});

test('what a mutation answers of a run is what it is after it', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue({ input: { n: 1 } });
  const replay = `mutation { replayRun(id: "${id}") { id input output replayOf { input } } }`;
  const { data } = await jobs.ask(editor, replay);
  expect(data.replayRun).toMatchObject({ input: { n: 1 }, output: null, replayOf: { input: { n: 1 } } });
});
