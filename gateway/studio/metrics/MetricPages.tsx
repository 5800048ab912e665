import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { Funnels } from './Funnels.tsx';
import { Metrics } from './Metrics.tsx';
import { Pipelines } from './Pipelines.tsx';
import { Ranking } from './Ranking.tsx';
import { Retention } from './Retention.tsx';
import './metrics.css';
import './pipelines.css';
import './questions.css';

export function MetricPages(): ReactNode {
  return (
    <Switch>
      <Route path="/metrics" component={Metrics} />
      <Route path="/metrics/ranking" component={Ranking} />
      <Route path="/metrics/funnels" component={Funnels} />
      <Route path="/metrics/retention" component={Retention} />
      <Route path="/metrics/pipelines" component={Pipelines} />
    </Switch>
  );
}
