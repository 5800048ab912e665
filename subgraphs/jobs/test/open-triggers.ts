import type { LogEvent } from '@tributary/engines/event-log';
import { createEvent } from '@tributary/engines/event-log/event';
import { systemClock as clock, newId } from '@tributary/runtime';
import { type Answer, admin, editor, openJobs, workspaceId } from './open-jobs.ts';

const create = 'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { id } }';

/** The jobs subgraph, which starts what triggers say of the events in a log. */
export async function openTriggers() {
  const jobs = await openJobs();
  const log = await jobs.projecting();
  return {
    jobs,
    log,
    /** Asks for a trigger on changes of records, with what a test cares for. */
    make: (input: Record<string, unknown>): Promise<Answer> =>
      jobs.ask(admin, create, { input: { name: newId(), job: 'anything', topic: 'data.record', ...input } }),
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  };
}

export type OpenTriggers = Awaited<ReturnType<typeof openTriggers>>;

/** A change of a record as the data subgraph tells it; those of one subject are in one partition. */
export function recordChange(subject: string, changed: readonly string[] = ['name']): LogEvent {
  const [model = ''] = subject.split('/');
  return createEvent({
    type: 'data.record.updated',
    source: '/subgraphs/data',
    subject,
    workspaceId,
    actor: editor,
    data: { model, id: newId(), version: 2, changed, before: {}, after: {} },
    clock,
  });
}
