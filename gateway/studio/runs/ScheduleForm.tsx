import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { useToast } from '../elements/Toasts.tsx';
import {
  createScheduleMutation,
  type JobsQuery,
  type MissedRuns,
  updateScheduleMutation,
} from '../generated/operations.ts';
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
const missedChoices: readonly MissedRuns[] = ['SKIP', 'ONCE', 'CATCH_UP'];
const missedTitles = {
  SKIP: 'Pass them over',
  ONCE: 'One run for all',
  CATCH_UP: 'A run for each (100 at most)',
} as const;

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
  const [name, setName] = useState(schedule?.name ?? '');
  const [jobName, setJobName] = useState(schedule?.jobName ?? jobs[0]?.name ?? '');
  const [cron, setCron] = useState(schedule?.cron ?? '0 3 * * *');
  const [timeZone, setTimeZone] = useState(
    schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  );
  const [missed, setMissed] = useState<MissedRuns>(schedule?.missed ?? 'ONCE');
  const [text, setText] = useState(JSON.stringify(schedule?.input ?? {}, null, 2));
  const [fault, setFault] = useState<string>();
  const [making, make] = useMutation(createScheduleMutation);
  const [changing, change] = useMutation(updateScheduleMutation);
  const job = jobs.find((candidate) => candidate.name === jobName);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parsedInput(text);
    setFault('fault' in parsed ? parsed.fault : undefined);
    if ('fault' in parsed) return;
    const when = { cron: cron.trim(), timeZone: timeZone.trim(), missed, input: parsed.input };
    const { error } =
      schedule === undefined
        ? await make({ input: { name, job: jobName, ...when } })
        : await change({ id: schedule.id, input: when });
    if (error !== undefined) return;
    say(schedule === undefined ? `${name} is scheduled.` : `${name} is changed.`);
    onDone();
    onClose();
  };
  const error = making.error ?? changing.error;
  return (
    <Dialog
      title={schedule === undefined ? 'New schedule' : `Change ${schedule.name}`}
      width="wide"
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
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
                    onChange={(event) => setName(event.target.value)}
                  />
                )}
              </Field>
              <SelectField
                label="Job"
                value={jobName}
                choices={jobs.map((each) => each.name)}
                onChange={setJobName}
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
                  onChange={(event) => setCron(event.target.value)}
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
                  onChange={(event) => setTimeZone(event.target.value)}
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
            onChange={setMissed}
          />
          <Field label="Input" hint="JSON, as the job wants it." fault={fault}>
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
          {job !== undefined && (
            <details>
              <summary>Schema of the input</summary>
              <pre className="sample">{JSON.stringify(job.inputSchema, null, 2)}</pre>
            </details>
          )}
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={making.fetching || changing.fetching}>
            {schedule === undefined ? 'Schedule it' : 'Save the changes'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function CronMeaning({ cron }: { readonly cron: string }): ReactNode {
  const known = usual.find(([expression]) => expression === cron.trim());
  return known === undefined
    ? 'Minute, hour, day, month, weekday; or @daily, @hourly.'
    : `That is ${known[1]}.`;
}
