import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, Counter, isId, type Logger, type Registry } from '@tributary/runtime';
import type { Principal } from './principal.ts';
import type { OnRefusal } from './shield.ts';

/** The same principal refused the same field within this time is one refusal: a loop in a client must not flood the audit log. */
const onceMs = 60_000;
const maxBuffered = 1_000;
const maxRemembered = 10_000;

export interface Refusal {
  readonly workspaceId: string;
  /** The field or route that was refused: `Mutation.updateAirport`. */
  readonly coordinate: string;
  readonly code: string;
  readonly principalKind: string;
  readonly principalId: string;
}

/** Writes refusals to the outbox, from where they reach the audit log. */
export interface RefusalSink {
  /** Takes a refusal; never throws, never waits. What does not fit, or cannot be written, is dropped: logged and counted. */
  record(refusal: Refusal): void;
  /** Takes what another process refused. Resolves when it is in the outbox; repeats within a minute count as one. @throws when it cannot be written: none of it counts */
  recordAll(refusals: readonly Refusal[]): Promise<void>;
  /** The same as `record`, as the shield calls it. */
  readonly onRefusal: OnRefusal;
  /** Resolves when everything taken so far is in the outbox. */
  settled(): Promise<void>;
}

/** Who was refused, as the workspace addressed may know of it: of a user who is no member it learns no id. */
export function whoWasRefused({
  workspaceId,
  kind,
  id,
  role,
}: Principal): Pick<Refusal, 'workspaceId' | 'principalKind' | 'principalId'> {
  return kind === 'user' && role === null
    ? { workspaceId, principalKind: 'anonymous', principalId: 'anonymous' }
    : { workspaceId, principalKind: kind, principalId: id };
}

export function createRefusalSink(deps: {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  /** The process role: `/subgraphs/data`. */
  readonly source: string;
}): RefusalSink {
  const { relational, clock, log, metrics, source } = deps;
  const dropped = droppedRefusals(metrics);
  const recent = new Map<string, number>();
  let buffered: Refusal[] = [];
  let writing: Promise<void> | undefined;

  const isRepeated = (refusal: Refusal): boolean => {
    const key = keyOf(refusal);
    const lastMs = recent.get(key);
    if (lastMs !== undefined && clock.monotonicMs() - lastMs < onceMs) return true;
    if (recent.size >= maxRemembered) recent.clear();
    recent.set(key, clock.monotonicMs());
    return false;
  };
  /** What was not written is no repeat when it comes again. */
  const write = async (batch: readonly Refusal[]): Promise<void> => {
    const events = batch.map((refusal) => refusalRecorded(refusal, { clock, source }));
    try {
      await relational.transaction((tx) => writeOutbox(tx, events));
    } catch (err) {
      for (const refusal of batch) recent.delete(keyOf(refusal));
      throw err;
    }
  };
  const writeAll = async (): Promise<void> => {
    while (buffered.length > 0) {
      const batch = buffered;
      buffered = [];
      try {
        await write(batch);
      } catch (err) {
        dropped.inc({ source, reason: 'outbox' }, batch.length);
        log.error({ err, count: batch.length }, 'refusals could not be recorded');
      }
    }
    writing = undefined;
  };
  const isNews = (refusal: Refusal): boolean => isId(refusal.workspaceId) && !isRepeated(refusal);
  const record = (refusal: Refusal): void => {
    if (!isNews(refusal)) return;
    if (buffered.length >= maxBuffered) {
      dropped.inc({ source, reason: 'full' });
      log.warn({ count: 1 }, 'a refusal was dropped: too many at once');
      return;
    }
    buffered.push(refusal);
    writing ??= writeAll();
  };
  return {
    record,
    recordAll: async (refusals) => {
      const news = refusals.filter(isNews);
      if (news.length > 0) await write(news);
    },
    onRefusal: (principal, coordinate, { code }) => record({ ...whoWasRefused(principal), coordinate, code }),
    settled: async () => writing,
  };
}

function keyOf({ workspaceId, principalKind, principalId, coordinate, code }: Refusal): string {
  return `${workspaceId} ${principalKind} ${principalId} ${coordinate} ${code}`;
}

/** One counter a process, whichever of its subgraphs asks first. */
function droppedRefusals(metrics: Registry): Counter {
  const name = 'tributary_refusals_dropped_total';
  const known = metrics.getSingleMetric(name);
  if (known instanceof Counter) return known;
  const help = 'Refusals that the audit log will not show: the outbox took none, or too many waited.';
  return new Counter({ name, help, labelNames: ['source', 'reason'], registers: [metrics] });
}

function refusalRecorded(
  refusal: Refusal,
  { clock, source }: { readonly clock: Clock; readonly source: string },
): OutgoingEvent {
  const { workspaceId, principalKind, principalId, ...decision } = refusal;
  const event = createEvent({
    type: 'identity.refusal.recorded',
    source,
    subject: `${principalKind}/${principalId}`,
    workspaceId,
    actor: { kind: principalKind, id: principalId },
    data: { ...decision, principalKind, principalId },
    clock,
  });
  return { topic: 'identity.refusal', event };
}
