import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { RunList } from './RunList.tsx';
import { RunPage } from './RunPage.tsx';
import './runs.css';

export function Runs(): ReactNode {
  return (
    <Switch>
      <Route path="/runs" component={RunList} />
      <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
    </Switch>
  );
}
