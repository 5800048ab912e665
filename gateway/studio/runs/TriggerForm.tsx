import { type ReactNode, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { useToast } from '../elements/Toasts.tsx';
import {
  createTriggerMutation,
  jobsQuery,
  triggerTopicsQuery,
  updateTriggerMutation,
} from '../generated/operations.ts';
import { useDraft } from '../session/use-draft.ts';
import { parsedInput } from './job-input.ts';
import { TriggerConditions } from './TriggerConditions.tsx';
import {
  conditionDraft,
  conditionDrafts,
  conditionInputs,
  knownPaths,
  type Trigger,
} from './trigger-draft.ts';

const triggerDraft = z.object({
  /** That one began on. */
  version: z.nullable(z.number()),
  name: z.string(),
  job: z.string(),
  topic: z.string(),
  /** Null: every type of the topic. */
  types: z.nullable(z.readonly(z.array(z.string()))),
  subject: z.string(),
  runsPerMinute: z.string(),
  conditions: z.readonly(z.array(conditionDraft)),
  input: z.string(),
});

/** Has events start a job, or changes which ones do and with what input. */
export function TriggerForm({
  trigger,
  onDone,
  onClose,
}: {
  readonly trigger?: Trigger;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const say = useToast();
  const [{ data: known }] = useQuery({ query: jobsQuery, requestPolicy: 'cache-and-network' });
  const [{ data: heard }] = useQuery({ query: triggerTopicsQuery });
  const jobs = known?.jobs.map(({ name }) => name) ?? [];
  const topics = heard?.triggerTopics ?? [];
  const draft = useDraft(`trigger/${trigger?.id ?? 'new'}`, triggerDraft, () => ({
    version: trigger?.version ?? null,
    name: trigger?.name ?? '',
    job: trigger?.jobName ?? '',
    topic: trigger?.topic ?? '',
    types: trigger?.types ?? null,
    subject: trigger?.subject ?? '',
    runsPerMinute: String(trigger?.runsPerMinute ?? 1_000),
    conditions: conditionDrafts(trigger?.conditions ?? []),
    input: JSON.stringify(trigger?.input ?? {}, null, 2),
  }));
  const chosen = draft.value;
  const set = (part: Partial<typeof chosen>): void => draft.change((present) => ({ ...present, ...part }));
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const [fault, setFault] = useState<string>();
  const [making, make] = useMutation(createTriggerMutation);
  const [changing, change] = useMutation(updateTriggerMutation);
  const topic = topics.find(({ name }) => name === chosen.topic) ?? topics[0];
  const job = jobs.includes(chosen.job) ? chosen.job : (jobs[0] ?? '');
  const heeded = chosen.types ?? topic?.types ?? [];
  const submit = async (): Promise<void> => {
    const parsed = parsedInput(chosen.input);
    setFault('fault' in parsed ? parsed.fault : undefined);
    if ('fault' in parsed || topic === undefined) return;
    const wanted = {
      types: heeded,
      subject: chosen.subject.trim(),
      conditions: conditionInputs(chosen.conditions),
      input: parsed.input,
      runsPerMinute: Number(chosen.runsPerMinute),
    };
    const { error } =
      trigger === undefined
        ? await make({ input: { name: chosen.name, job, topic: topic.name, ...wanted } })
        : await change({ id: trigger.id, input: wanted, expectedVersion: chosen.version });
    if (error !== undefined) return;
    say(trigger === undefined ? `${chosen.name} fires from now on.` : `${trigger.name} is changed.`);
    onDone();
    close();
  };
  const error = making.error ?? changing.error;
  return (
    <Dialog
      title={trigger === undefined ? 'New trigger' : `Change ${trigger.name}`}
      width="wide"
      onClose={close}
    >
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          {trigger === undefined && (
            <>
              <div className="pairs">
                <Field label="Name" hint="Unique in the workspace.">
                  {(parts) => (
                    <input
                      {...parts}
                      className="input"
                      required
                      maxLength={100}
                      value={chosen.name}
                      onChange={(event) => set({ name: event.target.value })}
                    />
                  )}
                </Field>
                <SelectField label="Job" value={job} choices={jobs} onChange={(next) => set({ job: next })} />
              </div>
              <SelectField
                label="Topic"
                value={topic?.name ?? ''}
                choices={topics.map(({ name }) => name)}
                onChange={(next) => set({ topic: next, types: null })}
              />
            </>
          )}
          <fieldset className="options">
            <legend>Events{trigger !== undefined && <> of {trigger.topic}</>}</legend>
            {(topic?.types ?? []).map((type) => (
              <label key={type} className="check">
                <input
                  type="checkbox"
                  checked={heeded.includes(type)}
                  onChange={() =>
                    set({
                      types: heeded.includes(type)
                        ? heeded.filter((each) => each !== type)
                        : [...heeded, type],
                    })
                  }
                />
                <code>{type}</code>
              </label>
            ))}
          </fieldset>
          <div className="pairs">
            <Field
              label="Subject"
              optional
              hint="One entity (Airport/0192…), or all that begin so: Airport/*"
            >
              {(parts) => (
                <input
                  {...parts}
                  className="input code"
                  maxLength={500}
                  value={chosen.subject}
                  onChange={(event) => set({ subject: event.target.value })}
                />
              )}
            </Field>
            <Field label="Runs a minute" hint="Events beyond that are passed over, and counted.">
              {(parts) => (
                <input
                  {...parts}
                  className="input"
                  type="number"
                  min={1}
                  max={10_000}
                  step={1}
                  required
                  value={chosen.runsPerMinute}
                  onChange={(event) => set({ runsPerMinute: event.target.value })}
                />
              )}
            </Field>
          </div>
          <TriggerConditions
            drafts={chosen.conditions}
            paths={knownPaths(topic)}
            onChange={(conditions) => set({ conditions })}
          />
          <Field
            label="Input"
            hint={
              <>
                JSON; <code>{'{ "fromEvent": "data.id" }'}</code> stands for what the event says there.
              </>
            }
            fault={fault}
          >
            {(parts) => (
              <textarea
                {...parts}
                className="textarea"
                spellCheck={false}
                value={chosen.input}
                onChange={(event) => set({ input: event.target.value })}
              />
            )}
          </Field>
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            busy={making.fetching || changing.fetching}
            disabled={heeded.length === 0}
          >
            {trigger === undefined ? 'Make the trigger' : 'Save the changes'}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
