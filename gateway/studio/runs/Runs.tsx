import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { DeadLetters } from './DeadLetters.tsx';
import { Queues } from './Queues.tsx';
import { RunList } from './RunList.tsx';
import { RunPage } from './RunPage.tsx';
import { Schedules } from './Schedules.tsx';
import { Triggers } from './Triggers.tsx';
import './runs.css';
import './run-graph.css';

export function Runs(): ReactNode {
  return (
    <Switch>
      <Route path="/runs" component={RunList} />
      <Route path="/runs/schedules" component={Schedules} />
      <Route path="/runs/triggers" component={Triggers} />
      <Route path="/runs/dead-letters" component={DeadLetters} />
      <Route path="/runs/queues" component={Queues} />
      <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
    </Switch>
  );
}
