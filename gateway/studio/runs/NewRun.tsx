import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { useLocation } from 'wouter';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { enqueueJobMutation, type JobsQuery } from '../generated/operations.ts';
import { useDraft } from '../session/use-draft.ts';
import { parsedInput } from './job-input.ts';
import { onceMore, sentOnce } from './once-key.ts';

/** Whoever sees no answer to a start presses again sooner than that. */
const uniqueForMs = 600_000;

const runDraft = z.object({
  name: z.string(),
  text: z.string(),
  /** Null until it is: one whose answer is lost is not started again by who comes back. */
  sent: z.nullable(sentOnce),
});

/** Starts a job with an input. What the input must look like stands beside it; the server checks it. */
export function NewRun({
  jobs,
  start,
  onClose,
}: {
  readonly jobs: JobsQuery['jobs'];
  /** What one came to start, where a link said so. */
  readonly start?: { readonly job: string; readonly input: string | null } | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const [, go] = useLocation();
  // What a link asks for is not what was typed where none did.
  const draft = useDraft(`run/${start === undefined ? '' : JSON.stringify(start)}`, runDraft, () => ({
    name: start?.job ?? jobs[0]?.name ?? '',
    text: start?.input ?? '{}',
    sent: null,
  }));
  const { name, text } = draft.value;
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const job = jobs.find((candidate) => candidate.name === name);
  const [fault, setFault] = useState<string>();
  const [{ error, fetching }, enqueue] = useMutation(enqueueJobMutation);
  const submit = async (): Promise<void> => {
    const parsed = parsedInput(text);
    if ('fault' in parsed) return setFault(parsed.fault);
    const sent = onceMore(`${name} ${text}`, draft.value.sent);
    draft.change((present) => ({ ...present, sent }));
    const input = { job: name, input: parsed.input, uniqueKey: sent.key, uniqueForMs };
    const { data } = await enqueue({ input });
    if (data === undefined) return;
    draft.drop();
    go(`/runs/${data.enqueueJob.run.id}`);
  };
  return (
    <Dialog title="Start a job" width="wide" onClose={close}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          <Field label="Job" hint={job === undefined ? undefined : <Described text={job.description} />}>
            {(parts) => (
              <select
                {...parts}
                className="select"
                value={name}
                onChange={({ target }) => draft.change((present) => ({ ...present, name: target.value }))}
              >
                {jobs.map((each) => (
                  <option key={each.name}>{each.name}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Input" hint="JSON, as the schema below says." fault={fault}>
            {(parts) => (
              <textarea
                {...parts}
                className="textarea"
                spellCheck={false}
                value={text}
                onChange={(event) => {
                  const { value } = event.target;
                  draft.change((present) => ({ ...present, text: value }));
                  setFault(undefined);
                }}
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
          <Button look="primary" type="submit" busy={fetching}>
            Start
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
