import type { ReactNode } from 'react';
import { useMutation } from 'urql';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { limitQueueMutation } from '../generated/operations.ts';
import { useDraft } from '../session/use-draft.ts';
import type { Changed, Queue } from './Queues.tsx';

const limits = [
  { name: 'concurrency', label: 'At a time', hint: 'Runs in all.' },
  { name: 'keyConcurrency', label: 'At a time, for each key', hint: 'Runs that were enqueued with one key.' },
  { name: 'rateLimit', label: 'Starts', hint: 'In the span below, in all.' },
  { name: 'keyRateLimit', label: 'Starts, for each key', hint: 'In the span below.' },
] as const;

const limitsDraft = z.object({
  version: z.nullable(z.number()),
  name: z.string(),
  texts: z.record(z.string(), z.string()),
});

/** How much of a queue is worked on at a time; what is left empty has no limit. */
export function QueueLimits({
  queue,
  onDone,
  onClose,
}: {
  /** Absent: one names it first. */
  readonly queue: Queue | undefined;
  readonly onDone: (changed: Changed) => void;
  readonly onClose: () => void;
}): ReactNode {
  const say = useToast();
  const draft = useDraft(`queue/${queue?.name ?? ''}`, limitsDraft, () => ({
    version: queue?.version ?? null,
    name: queue?.name ?? '',
    texts: {
      ...Object.fromEntries(limits.map((limit) => [limit.name, String(queue?.[limit.name] ?? '')])),
      seconds: String((queue?.ratePeriodMs ?? 60_000) / 1_000),
    },
  }));
  const { version, name, texts } = draft.value;
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const [{ error, fetching }, limit] = useMutation(limitQueueMutation);
  const set = (key: string, text: string): void =>
    draft.change((present) => ({ ...present, texts: { ...present.texts, [key]: text } }));
  const submit = async (): Promise<void> => {
    // Zero takes a limit away.
    const wanted = Object.fromEntries(limits.map((each) => [each.name, Number(texts[each.name] ?? 0)]));
    const ratePeriodMs = Math.round(Number(texts['seconds'] ?? 60) * 1_000);
    const { data } = await limit({
      name,
      limits: { ...wanted, ratePeriodMs },
      expectedVersion: version,
    });
    if (data === undefined) return;
    say(`The limits of ${name} hold from now on.`);
    onDone(data.limitQueue);
    close();
  };
  return (
    <Dialog title={queue === undefined ? 'Limits of a queue' : `Limits of ${queue.name}`} onClose={close}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          {queue === undefined && (
            <Field label="Queue" hint="The name runs are enqueued with.">
              {(parts) => (
                <input
                  {...parts}
                  className="input code"
                  required
                  maxLength={100}
                  value={name}
                  onChange={(event) => draft.change((present) => ({ ...present, name: event.target.value }))}
                />
              )}
            </Field>
          )}
          <div className="pairs">
            {limits.map((each) => (
              <Field key={each.name} label={each.label} hint={each.hint} optional>
                {(parts) => (
                  <input
                    {...parts}
                    className="input"
                    type="number"
                    min={1}
                    step={1}
                    value={texts[each.name]}
                    onChange={(event) => set(each.name, event.target.value)}
                  />
                )}
              </Field>
            ))}
          </div>
          <Field label="Span of starts" hint="In seconds, up to a day.">
            {(parts) => (
              <input
                {...parts}
                className="input"
                type="number"
                min={0.001}
                max={86_400}
                step="any"
                required
                value={texts['seconds']}
                onChange={(event) => set('seconds', event.target.value)}
              />
            )}
          </Field>
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Save the limits
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
