import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { Moment } from '../elements/Moment.tsx';
import { useToast } from '../elements/Toasts.tsx';
import {
  deleteModelVersionMutation,
  promoteModelVersionMutation,
  retireModelMutation,
  rollbackModelMutation,
} from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { type Model, readableTensor } from './signature.ts';
import { TryModel } from './TryModel.tsx';

export function ModelCard({
  model,
  onChanged,
}: {
  readonly model: Model;
  readonly onChanged: () => void;
}): ReactNode {
  const say = useToast();
  const { role } = useViewer();
  const [promoting, promote] = useMutation(promoteModelVersionMutation);
  const [rolling, rollback] = useMutation(rollbackModelMutation);
  const [retiring, retire] = useMutation(retireModelMutation);
  const [, remove] = useMutation(deleteModelVersionMutation);
  const [asked, setAsked] = useState<number>();
  const { name, description, versions, liveVersion } = model;
  const live = versions.find(({ version }) => version === liveVersion?.version);
  const shown = live ?? versions[0];
  const mayWrite = mayUse(role, 'promoteModelVersion');
  const after = async (
    work: Promise<{ readonly error?: Error | undefined }>,
    done: string,
  ): Promise<void> => {
    const { error } = await work;
    say(error === undefined ? done : Refusal.of(error).message);
    onChanged();
  };
  return (
    <section className="panel model-card" aria-label={name}>
      <header>
        <div>
          <h2>
            {name}{' '}
            {live === undefined ? (
              <Badge tone="warning">nothing live</Badge>
            ) : (
              <Badge tone="good">version {live.version} live</Badge>
            )}
          </h2>
          {description !== null && <p className="soft">{description}</p>}
        </div>
        {mayWrite && live !== undefined && versions.length > 1 && (
          <Button
            icon="refresh"
            busy={rolling.fetching}
            onClick={() => after(rollback({ model: name }), 'The version before is live again.')}
          >
            Roll back
          </Button>
        )}
      </header>
      <div className="record">
        {shown !== undefined && <TryModel key={shown.version} model={name} version={shown} />}
        <div className="stack">
          <div>
            <h3>Versions</h3>
            <ol className="history model-versions">
              {versions.map(({ version, note, createdAt }) => (
                <li key={version}>
                  <Badge tone={version === live?.version ? 'accent' : 'neutral'}>{version}</Badge>
                  <span>
                    {note ?? ''}{' '}
                    <span className="faint">
                      <Moment at={createdAt} show="ago" />
                    </span>
                  </span>
                  {mayWrite && version === live?.version && (
                    <Button
                      look="quiet"
                      busy={retiring.fetching}
                      aria-label={`Retire ${name}`}
                      onClick={() => after(retire({ model: name }), `No version of ${name} is live.`)}
                    >
                      Retire
                    </Button>
                  )}
                  {mayWrite && version !== live?.version && (
                    <Button
                      look="quiet"
                      busy={promoting.fetching}
                      aria-label={`Promote version ${version} of ${name}`}
                      onClick={() => after(promote({ model: name, version }), `Version ${version} is live.`)}
                    >
                      Promote
                    </Button>
                  )}
                  {mayWrite && version !== live?.version && version !== model.shadow?.version && (
                    <Button
                      look="quiet"
                      aria-label={`Delete version ${version} of ${name}`}
                      onClick={() => setAsked(version)}
                    >
                      Delete
                    </Button>
                  )}
                </li>
              ))}
            </ol>
          </div>
          {shown !== undefined && (
            <div>
              <h3>Answers</h3>
              <ul className="signature">
                {shown.outputs.map((output) => (
                  <li key={output.name}>
                    <code>{output.name}</code> <span className="soft">{readableTensor(output)}</span>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </div>
      </div>
      {asked !== undefined && (
        <ConfirmDialog
          title={`Delete version ${asked} of ${name}?`}
          action={`Delete version ${asked}`}
          onConfirm={async () => {
            const { error } = await remove({ model: name, version: asked });
            if (error !== undefined) throw error;
            say(`Version ${asked} is deleted.`);
            onChanged();
          }}
          onClose={() => setAsked(undefined)}
        >
          {versions.length > 1
            ? 'Its file goes with it, and nobody can go back to it.'
            : 'It is the last one: the model goes with it, and its file.'}
        </ConfirmDialog>
      )}
    </section>
  );
}
