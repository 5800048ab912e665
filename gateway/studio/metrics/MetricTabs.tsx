import type { ReactNode } from 'react';
import { Tabs } from '../elements/Tabs.tsx';
import { type GrantedField, mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';

const tabs: readonly { readonly href: string; readonly title: string; readonly needs: GrantedField }[] = [
  { href: '/metrics', title: 'Over time', needs: 'metrics' },
  { href: '/metrics/ranking', title: 'Ranking', needs: 'topK' },
  { href: '/metrics/funnels', title: 'Funnels', needs: 'funnel' },
  { href: '/metrics/retention', title: 'Retention', needs: 'retention' },
];
/** What serves all workspaces is shown to those who run the installation. */
const ofOperators = { href: '/metrics/pipelines', title: 'Pipelines', needs: 'pipelines' } as const;

export function MetricTabs(): ReactNode {
  const { role, isOperator } = useViewer();
  const shown = isOperator ? [...tabs, ofOperators] : tabs;
  return <Tabs label="Metrics" tabs={shown.filter(({ needs }) => mayUse(role, needs))} />;
}
