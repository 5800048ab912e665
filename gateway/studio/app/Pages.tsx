import { lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { isStudioAddress } from '../../src/http/studio-addresses.ts';
import { Skeleton } from '../elements/Skeleton.tsx';
import { NotFound } from './NotFound.tsx';

// A page is fetched when somebody goes there.
const Account = lazy(async () => ({ default: (await import('../session/Account.tsx')).Account }));
const Members = lazy(async () => ({ default: (await import('../members/Members.tsx')).Members }));
const ApiKeys = lazy(async () => ({ default: (await import('../keys/ApiKeys.tsx')).ApiKeys }));
const AuditLog = lazy(async () => ({ default: (await import('../activity/AuditLog.tsx')).AuditLog }));
const LiveEvents = lazy(async () => ({ default: (await import('../activity/LiveEvents.tsx')).LiveEvents }));
const MetricPages = lazy(async () => ({
  default: (await import('../metrics/MetricPages.tsx')).MetricPages,
}));
const Sql = lazy(async () => ({ default: (await import('../sql/Sql.tsx')).Sql }));
const Runs = lazy(async () => ({ default: (await import('../runs/Runs.tsx')).Runs }));
const Predictions = lazy(async () => ({
  default: (await import('../predictions/Predictions.tsx')).Predictions,
}));
const Tour = lazy(async () => ({ default: (await import('../tour/Tour.tsx')).Tour }));
const Files = lazy(async () => ({ default: (await import('../files/Files.tsx')).Files }));
const Data = lazy(async () => ({ default: (await import('../data/Data.tsx')).Data }));

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
