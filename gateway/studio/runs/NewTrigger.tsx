import { type FormEvent, type ReactNode, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { createTriggerMutation, jobsQuery, triggerTopicsQuery } from '../generated/operations.ts';
import { parsedInput } from './job-input.ts';

/** Has events start a job: which ones, and with what input. */
export function NewTrigger({
  onDone,
  onClose,
}: {
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const say = useToast();
  const [{ data: known }] = useQuery({ query: jobsQuery });
  const [{ data: heard }] = useQuery({ query: triggerTopicsQuery });
  const jobs = known?.jobs.map(({ name }) => name) ?? [];
  const topics = heard?.triggerTopics ?? [];
  const [chosen, setChosen] = useState({
    name: '',
    job: '',
    topic: '',
    type: '',
    subject: '',
    path: '',
    value: '',
  });
  const [text, setText] = useState('{}');
  const [fault, setFault] = useState<string>();
  const [{ error, fetching }, create] = useMutation(createTriggerMutation);
  const set = (part: Partial<typeof chosen>): void => setChosen((present) => ({ ...present, ...part }));
  const topic = topics.find(({ name }) => name === chosen.topic) ?? topics[0];
  const job = jobs.includes(chosen.job) ? chosen.job : (jobs[0] ?? '');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parsedInput(text);
    setFault('fault' in parsed ? parsed.fault : undefined);
    if ('fault' in parsed || topic === undefined) return;
    const value = parsedInput(chosen.value);
    const { data } = await create({
      input: {
        name: chosen.name,
        job,
        topic: topic.name,
        input: parsed.input,
        ...(chosen.type !== '' && { types: [chosen.type] }),
        ...(chosen.subject.trim() !== '' && { subject: chosen.subject.trim() }),
        // A value is JSON where it reads as such, and a text otherwise.
        ...(chosen.path !== '' && {
          conditions: [{ path: chosen.path, eq: 'input' in value ? value.input : chosen.value }],
        }),
      },
    });
    if (data === undefined) return;
    say(`${data.createTrigger.name} fires from now on.`);
    onDone();
    onClose();
  };
  return (
    <Dialog title="New trigger" width="wide" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
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
          <div className="pairs">
            <SelectField
              label="Topic"
              value={topic?.name ?? ''}
              choices={topics.map(({ name }) => name)}
              onChange={(next) => set({ topic: next, type: '', path: '' })}
            />
            <SelectField
              label="Event"
              value={chosen.type}
              choices={['', ...(topic?.types ?? [])]}
              nameOf={(type) => type || 'any'}
              onChange={(type) => set({ type })}
            />
          </div>
          <Field label="Subject" optional hint="One entity (Airport/0192…), or all that begin so: Airport/*">
            {(parts) => (
              <input
                {...parts}
                className="input code"
                value={chosen.subject}
                onChange={(event) => set({ subject: event.target.value })}
              />
            )}
          </Field>
          <div className="pairs">
            <SelectField
              label="Only where"
              value={chosen.path}
              choices={['', 'actor.kind', 'actor.id', ...(topic?.fields ?? []).map((field) => pathOf(field))]}
              nameOf={(path) => path || 'whatever it says'}
              onChange={(path) => set({ path })}
            />
            {chosen.path !== '' && (
              <Field label="Is" hint="A text, a number, true, false or null.">
                {(parts) => (
                  <input
                    {...parts}
                    className="input code"
                    value={chosen.value}
                    onChange={(event) => set({ value: event.target.value })}
                  />
                )}
              </Field>
            )}
          </div>
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
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Make the trigger
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function pathOf(field: string): string {
  return field.startsWith('data.') ? field : `data.${field}`;
}
