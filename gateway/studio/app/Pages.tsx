import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { isStudioAddress } from '../../src/http/studio-addresses.ts';
import { Skeleton } from '../elements/Skeleton.tsx';
import { fetchedPage } from './fetched-page.ts';
import { NotFound } from './NotFound.tsx';

// A page is fetched when somebody goes there.
const page = <Name extends string>(name: Name, load: () => Promise<Readonly<Record<Name, ComponentType>>>) =>
  lazy(async () => ({ default: (await fetchedPage(load))[name] }));
const Account = page('Account', () => import('../session/Account.tsx'));
const Members = page('Members', () => import('../members/Members.tsx'));
const ApiKeys = page('ApiKeys', () => import('../keys/ApiKeys.tsx'));
const AuditLog = page('AuditLog', () => import('../activity/AuditLog.tsx'));
const LiveEvents = page('LiveEvents', () => import('../activity/LiveEvents.tsx'));
const MetricPages = page('MetricPages', () => import('../metrics/MetricPages.tsx'));
const Sql = page('Sql', () => import('../sql/Sql.tsx'));
const Runs = page('Runs', () => import('../runs/Runs.tsx'));
const Predictions = page('Predictions', () => import('../predictions/Predictions.tsx'));
const Tour = page('Tour', () => import('../tour/Tour.tsx'));
const Files = page('Files', () => import('../files/Files.tsx'));
const Data = page('Data', () => import('../data/Data.tsx'));

export function Pages(): ReactNode {
  const [path] = useLocation();
  if (!isStudioAddress(path)) return <NotFound />;
  return (
    <Suspense fallback={<Skeleton label="Loading the page" />}>
      <Switch>
        <Route path="/">
          <Redirect to="/data" replace />
        </Route>
        <Route path="/data/*?" component={Data} />
        <Route path="/files/*?" component={Files} />
        <Route path="/tour" component={Tour} />
        <Route path="/runs/*?" component={Runs} />
        <Route path="/metrics/*?" component={MetricPages} />
        <Route path="/sql" component={Sql} />
        <Route path="/predictions" component={Predictions} />
        <Route path="/events" component={LiveEvents} />
        <Route path="/audit" component={AuditLog} />
        <Route path="/members" component={Members} />
        <Route path="/keys" component={ApiKeys} />
        <Route path="/account" component={Account} />
      </Switch>
    </Suspense>
  );
}
