import { type FormEvent, type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { registerModelVersionMutation } from '../generated/operations.ts';

/** Gives an ONNX file to the registry. Its signature is read there; a file that is no model is refused there, with the reason. */
export function RegisterVersion({
  onRegistered,
  onClose,
}: {
  readonly onRegistered: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const say = useToast();
  const [file, setFile] = useState<File>();
  const [{ error, fetching }, register] = useMutation(registerModelVersionMutation);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    if (file === undefined) return;
    const input = {
      model: text('model'),
      description: text('description') || null,
      note: text('note') || null,
      file: await base64Of(file),
    };
    const made = (await register({ input })).data?.registerModelVersion;
    if (made === undefined || made === null) return;
    say(`${made.model} has a version ${made.version}.`);
    onRegistered();
    onClose();
  };
  return (
    <Dialog title="Register a version" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          <Field label="Model" hint="Lower-case letters, digits and hyphens: flight-delay.">
            {(parts) => (
              <input
                {...parts}
                className="input code"
                name="model"
                required
                pattern="[a-z0-9][a-z0-9\-]{0,62}"
              />
            )}
          </Field>
          <Field label="What it tells" optional>
            {(parts) => <input {...parts} className="input" name="description" maxLength={500} />}
          </Field>
          <Field label="What is new" optional>
            {(parts) => <input {...parts} className="input" name="note" maxLength={500} />}
          </Field>
          <Field label="ONNX file">
            {(parts) => (
              <input
                {...parts}
                type="file"
                accept=".onnx"
                required
                onChange={(event) => setFile(event.target.files?.[0])}
              />
            )}
          </Field>
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Register
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

async function base64Of(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}
