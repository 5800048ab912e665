import type { ReactNode } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { NotFound } from '../app/NotFound.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import './data.css';
import { NewRecord } from './NewRecord.tsx';
import { RecordPage } from './RecordPage.tsx';
import { Records } from './Records.tsx';
import { type Model, useModels } from './use-models.ts';

/** The models of the workspace, their items, and one item. */
export function Data(): ReactNode {
  const { data: models, error, reload } = useModels();
  if (error !== undefined)
    return (
      <>
        <PageHead title="Data" />
        <FailureNotice error={error} onRetry={reload} />
      </>
    );
  if (models === undefined) return <Skeleton label="Loading the models" />;
  const [first] = models;
  if (first === undefined) return <NoModels />;
  const of = (plural: string, show: (model: Model) => ReactNode): ReactNode => {
    const model = models.find((candidate) => candidate.plural === plural);
    return model === undefined ? <NotFound /> : show(model);
  };
  return (
    <Switch>
      <Route path="/data">
        <Redirect to={`/data/${first.plural}`} replace />
      </Route>
      <Route path="/data/:plural">
        {({ plural }) => of(plural, (model) => <Records key={plural} model={model} models={models} />)}
      </Route>
      <Route path="/data/:plural/new">
        {({ plural }) => of(plural, (model) => <NewRecord key={plural} model={model} models={models} />)}
      </Route>
      <Route path="/data/:plural/:id">
        {({ plural, id }) =>
          of(plural, (model) => <RecordPage key={id} model={model} models={models} id={id} />)
        }
      </Route>
    </Switch>
  );
}

function NoModels(): ReactNode {
  return (
    <>
      <PageHead title="Data" />
      <div className="panel">
        <EmptyState icon="table" title="There are no models you may read">
          Describe one in <code>schema/models</code>, or ask an admin for a role that reads those there are.
        </EmptyState>
      </div>
    </>
  );
}
