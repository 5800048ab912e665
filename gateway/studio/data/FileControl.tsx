import { type ChangeEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useClient } from 'urql';
import { Button } from '../elements/Button.tsx';
import { useUploads } from '../files/use-uploads.ts';
import { type FilesByNameQuery, filesByNameQuery } from '../generated/operations.ts';
import { mayUse } from '../session/rights.ts';
import { useKeeper, useViewer } from '../session/viewer.tsx';
import type { FieldControlProps } from './FieldControl.tsx';
import { FileInField } from './FileInField.tsx';

type Found = FilesByNameQuery['files']['nodes'][number];

const typingPauseMs = 180;

/** Chooses a file of the workspace by its name, or brings one. */
export function FileControl({
  field,
  text: id,
  onChange,
  parts,
  disabled = false,
  inCell = false,
}: FieldControlProps): ReactNode {
  const client = useClient();
  const keeper = useKeeper();
  const { uploads } = useUploads();
  const { role } = useViewer();
  const listId = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<readonly Found[]>([]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    let asking: { readonly unsubscribe: () => void } | undefined;
    const timer = setTimeout(() => {
      const where = typed.trim() === '' ? {} : { name: { contains: typed.trim(), ignoreCase: true } };
      asking = client
        .query(filesByNameQuery, { where }, { requestPolicy: 'cache-and-network' })
        .subscribe(({ data }) => setFound(data?.files.nodes ?? []));
    }, typingPauseMs);
    return () => {
      clearTimeout(timer);
      asking?.unsubscribe();
    };
  }, [client, typed]);
  const bring = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0];
    if (file === undefined) return;
    setBusy(true);
    setFault(undefined);
    try {
      onChange(await uploads.keep(file, `field ${field.name}`, keeper));
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'The file was not taken.');
    }
    setBusy(false);
    target.value = '';
  };
  const choose = (name: string): void => {
    setTyped(name);
    const file = found.find((each) => each.name === name);
    if (file === undefined) return;
    onChange(file.id);
    setTyped('');
  };
  return (
    <div className="file-control">
      {id !== '' && (
        <span className="file-control-now">
          <FileInField id={id} inGrid={inCell} />
          <Button
            look="quiet"
            icon="close"
            aria-label="Take the file away"
            disabled={disabled}
            onClick={() => onChange('')}
          />
        </span>
      )}
      <span className="file-control-ways">
        <input
          {...parts}
          className="input"
          list={listId}
          disabled={disabled || busy}
          placeholder={id === '' ? 'Name of a file …' : 'Another file …'}
          value={typed}
          onChange={(event) => choose(event.target.value)}
        />
        <datalist id={listId}>
          {found.map((file) => (
            <option key={file.id} value={file.name}>
              {file.contentType}
            </option>
          ))}
        </datalist>
        {mayUse(role, 'createFolder') && (
          <Button icon="upload" busy={busy} disabled={disabled} onClick={() => chooser.current?.click()}>
            Upload
          </Button>
        )}
        <input
          ref={chooser}
          type="file"
          className="only-heard"
          tabIndex={-1}
          aria-label="File to upload"
          onChange={(event) => void bring(event)}
        />
      </span>
      {fault !== undefined && (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
