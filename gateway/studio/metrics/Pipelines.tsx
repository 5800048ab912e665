import { type ReactNode, useEffect, useState } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import {
  pipelinesQuery,
  recomputePipelineMutation,
  startPipelineMutation,
  stopPipelineMutation,
} from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { MetricTabs } from './MetricTabs.tsx';
import { PipelineFacts, pipelineStates } from './PipelineFacts.tsx';

/** A wish is followed within seconds. */
const refreshMs = 2_000;

/** What computes the metrics of all workspaces: for those who run the installation. */
export function Pipelines(): ReactNode {
  const { role } = useViewer();
  const [{ data, error }, reload] = useReloadable({
    query: pipelinesQuery,
    requestPolicy: 'cache-and-network',
  });
  const [stopping, stop] = useMutation(stopPipelineMutation);
  const [starting, start] = useMutation(startPipelineMutation);
  const [, recompute] = useMutation(recomputePipelineMutation);
  const [asked, setAsked] = useState<string>();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [reload]);
  const fault = stopping.error ?? starting.error ?? error;
  const maySteer = mayUse(role, 'stopPipeline');
  return (
    <>
      <PageHead
        title="Pipelines"
        lead="What computes the metrics, for all workspaces of this installation."
      />
      <MetricTabs />
      {fault !== undefined && <FailureNotice error={fault} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the pipelines" />}
      <ul className="pipelines">
        {(data?.pipelines ?? []).map((pipeline) => (
          <li key={pipeline.name} className="panel">
            <header>
              <h2>{pipeline.name}</h2>
              <Badge tone={pipelineStates[pipeline.state].tone}>{pipelineStates[pipeline.state].title}</Badge>
            </header>
            <PipelineFacts pipeline={pipeline} />
            {maySteer && (
              <div className="pipeline-actions">
                {pipeline.state === 'RUNNING' || pipeline.state === 'FAILING' ? (
                  <>
                    <Button icon="pause" onClick={() => stop({ name: pipeline.name }).then(reload)}>
                      Stop<span className="only-heard"> {pipeline.name}</span>
                    </Button>
                    {pipeline.savepointFailure !== null && (
                      <Button
                        onClick={() => stop({ name: pipeline.name, withoutSavepoint: true }).then(reload)}
                      >
                        Stop<span className="only-heard"> {pipeline.name}</span> without a savepoint
                      </Button>
                    )}
                  </>
                ) : (
                  <Button
                    look="primary"
                    icon="play"
                    onClick={() => start({ name: pipeline.name }).then(reload)}
                  >
                    Start<span className="only-heard"> {pipeline.name}</span>
                  </Button>
                )}
                <Button look="quiet" onClick={() => setAsked(pipeline.name)}>
                  Compute anew<span className="only-heard"> {pipeline.name}</span>
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <ConfirmDialog
          title={`Compute ${asked} anew?`}
          action={`Compute ${asked} anew`}
          onConfirm={async () => {
            const { error: refused } = await recompute({ name: asked });
            if (refused !== undefined) throw refused;
            reload();
          }}
          onClose={() => setAsked(undefined)}
        >
          Its windows are forgotten, in all workspaces, and it begins at the oldest event that the log keeps.
          What is older is lost to the metric.
        </ConfirmDialog>
      )}
    </>
  );
}
