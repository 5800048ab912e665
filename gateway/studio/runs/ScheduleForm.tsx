import { type ReactNode, useId, useState } from 'react';
import { useMutation } from 'urql';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { useToast } from '../elements/Toasts.tsx';
import {
  createScheduleMutation,
  type JobsQuery,
  type MissedRuns,
  updateScheduleMutation,
} from '../generated/operations.ts';
import { useDraft } from '../session/use-draft.ts';
import { parsedInput } from './job-input.ts';
import type { Schedule } from './Schedules.tsx';

const usual: readonly (readonly [string, string])[] = [
  ['0 * * * *', 'every hour'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['0 3 * * *', 'every night at 3'],
  ['0 8 * * 1-5', 'at 8 from Monday to Friday'],
  ['0 6 * * 1', 'on Mondays at 6'],
  ['0 4 1 * *', 'on the first of a month at 4'],
];
const missedChoices = ['SKIP', 'ONCE', 'CATCH_UP'] as const satisfies readonly MissedRuns[];
const missedTitles = {
  SKIP: 'Pass them over',
  ONCE: 'One run for all',
  CATCH_UP: 'A run for each (100 at most)',
} as const;

const scheduleDraft = z.object({
  /** That one began on. */
  version: z.nullable(z.number()),
  name: z.string(),
  jobName: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  missed: z.enum(missedChoices),
  text: z.string(),
});

/** Makes a schedule, or changes when and with what one starts its job. */
export function ScheduleForm({
  jobs,
  schedule,
  onDone,
  onClose,
}: {
  readonly jobs: JobsQuery['jobs'];
  readonly schedule?: Schedule;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const say = useToast();
  const cronsId = useId();
  const zonesId = useId();
  const draft = useDraft(`schedule/${schedule?.id ?? 'new'}`, scheduleDraft, () => ({
    version: schedule?.version ?? null,
    name: schedule?.name ?? '',
    jobName: schedule?.jobName ?? jobs[0]?.name ?? '',
    cron: schedule?.cron ?? '0 3 * * *',
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    missed: schedule?.missed ?? ('ONCE' as const),
    text: JSON.stringify(schedule?.input ?? {}, null, 2),
  }));
  const { version, name, jobName, cron, timeZone, missed, text } = draft.value;
  const set = (part: Partial<typeof draft.value>): void =>
    draft.change((present) => ({ ...present, ...part }));
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const [fault, setFault] = useState<string>();
  const [making, make] = useMutation(createScheduleMutation);
  const [changing, change] = useMutation(updateScheduleMutation);
  const job = jobs.find((candidate) => candidate.name === jobName);
  const submit = async (): Promise<void> => {
    const parsed = parsedInput(text);
    setFault('fault' in parsed ? parsed.fault : undefined);
    if ('fault' in parsed) return;
    const when = { cron: cron.trim(), timeZone: timeZone.trim(), missed, input: parsed.input };
    const { error } =
      schedule === undefined
        ? await make({ input: { name, job: jobName, ...when } })
        : await change({ id: schedule.id, input: when, expectedVersion: version });
    if (error !== undefined) return;
    say(schedule === undefined ? `${name} is scheduled.` : `${name} is changed.`);
    onDone();
    close();
  };
  const error = making.error ?? changing.error;
  return (
    <Dialog
      title={schedule === undefined ? 'New schedule' : `Change ${schedule.name}`}
      width="wide"
      onClose={close}
    >
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          {schedule === undefined && (
            <div className="pairs">
              <Field label="Name" hint="Unique in the workspace.">
                {(parts) => (
                  <input
                    {...parts}
                    className="input"
                    required
                    maxLength={100}
                    value={name}
                    onChange={(event) => set({ name: event.target.value })}
                  />
                )}
              </Field>
              <SelectField
                label="Job"
                value={jobName}
                choices={jobs.map((each) => each.name)}
                onChange={(next) => set({ jobName: next })}
              />
            </div>
          )}
          {job !== undefined && (
            <p className="soft">
              <Described text={job.description} />
            </p>
          )}
          <div className="pairs">
            <Field label="When" hint={<CronMeaning cron={cron} />}>
              {(parts) => (
                <input
                  {...parts}
                  className="input code"
                  required
                  list={cronsId}
                  maxLength={200}
                  value={cron}
                  onChange={(event) => set({ cron: event.target.value })}
                />
              )}
            </Field>
            <Field label="Time zone" hint="Its clock counts, summer time included.">
              {(parts) => (
                <input
                  {...parts}
                  className="input"
                  required
                  list={zonesId}
                  value={timeZone}
                  onChange={(event) => set({ timeZone: event.target.value })}
                />
              )}
            </Field>
          </div>
          <datalist id={cronsId}>
            {usual.map(([expression, meaning]) => (
              <option key={expression} value={expression}>
                {meaning}
              </option>
            ))}
          </datalist>
          <datalist id={zonesId}>
            {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <SelectField
            label="Ticks that were missed"
            hint="While nothing ran that could start them."
            value={missed}
            choices={missedChoices}
            nameOf={(choice) => missedTitles[choice]}
            onChange={(next) => set({ missed: next })}
          />
          <Field label="Input" hint="JSON, as the job wants it." fault={fault}>
            {(parts) => (
              <textarea
                {...parts}
                className="textarea"
                spellCheck={false}
                value={text}
                onChange={(event) => set({ text: event.target.value })}
              />
            )}
          </Field>
          {job !== undefined && (
            <details>
              <summary>Schema of the input</summary>
              <pre className="sample">{JSON.stringify(job.inputSchema, null, 2)}</pre>
            </details>
          )}
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" busy={making.fetching || changing.fetching}>
            {schedule === undefined ? 'Schedule it' : 'Save the changes'}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function CronMeaning({ cron }: { readonly cron: string }): ReactNode {
  const known = usual.find(([expression]) => expression === cron.trim());
  return known === undefined
    ? 'Minute, hour, day, month, weekday; or @daily, @hourly.'
    : `That is ${known[1]}.`;
}
