import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { inferenceModelsQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { ModelCard } from './ModelCard.tsx';
import './predictions.css';
import { RegisterVersion } from './RegisterVersion.tsx';

/** The workspace's prediction models: their versions, which of them is live, and a place to try them. */
export function Predictions(): ReactNode {
  const { role } = useViewer();
  const [{ data, error }, reload] = useReloadable({
    query: inferenceModelsQuery,
    requestPolicy: 'cache-and-network',
  });
  const [adding, setAdding] = useState(false);
  const models = data?.inferenceModels ?? [];
  const register = mayUse(role, 'registerModelVersion') && (
    <Button look="primary" icon="upload" onClick={() => setAdding(true)}>
      Register a version
    </Button>
  );
  return (
    <>
      <PageHead
        title="Predictions"
        lead="ONNX models by version. Nothing predicts with a version until it is promoted."
      >
        {register}
      </PageHead>
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the models" />}
      {data !== undefined && models.length === 0 && (
        <div className="panel">
          <EmptyState icon="spark" title="No prediction models yet" action={register}>
            Train one where you like, export it as ONNX, and register the file: its signature is read from it.
          </EmptyState>
        </div>
      )}
      <div className="stack">
        {models.map((model) => (
          <ModelCard key={model.name} model={model} onChanged={reload} />
        ))}
      </div>
      {adding && <RegisterVersion onRegistered={reload} onClose={() => setAdding(false)} />}
    </>
  );
}
