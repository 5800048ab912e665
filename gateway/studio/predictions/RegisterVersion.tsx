import { type FormEvent, type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { UploadTray } from '../files/UploadTray.tsx';
import { useUploads } from '../files/use-uploads.ts';
import { registerModelVersionMutation } from '../generated/operations.ts';
import { useKeeper } from '../session/viewer.tsx';

/** Uploads an ONNX file and gives it to the registry. Its signature is read there; a file that is no model is refused there, with the reason. */
export function RegisterVersion({
  onRegistered,
  onClose,
}: {
  readonly onRegistered: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const say = useToast();
  const keeper = useKeeper();
  const { uploads } = useUploads();
  const [file, setFile] = useState<File>();
  const [uploading, setUploading] = useState(false);
  const [fault, setFault] = useState<Error>();
  const [{ error, fetching }, register] = useMutation(registerModelVersionMutation);
  const failure = fault ?? error;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    if (file === undefined) return;
    setFault(undefined);
    setUploading(true);
    const id = await uploads.keep(file, 'model', keeper).catch(setFault);
    setUploading(false);
    if (id === undefined) return;
    const input = {
      model: text('model'),
      description: text('description') || null,
      note: text('note') || null,
      file: id,
    };
    const made = (await register({ input })).data?.registerModelVersion;
    if (made === undefined || made === null) return;
    say(`${made.model} has a version ${made.version}.`);
    onRegistered();
    onClose();
  };
  return (
    <Dialog title="Register a version" onClose={onClose}>
      <Form onSubmit={submit}>
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
          {uploading && <UploadTray unfinishedOnly />}
          {failure !== undefined && <FailureNotice error={failure} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={uploading || fetching}>
            Register
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
