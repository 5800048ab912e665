import type { ReactNode } from 'react';
import { Tabs } from '../elements/Tabs.tsx';

const tabs = [
  { href: '/runs', title: 'Runs' },
  { href: '/runs/schedules', title: 'Schedules' },
  { href: '/runs/triggers', title: 'Triggers' },
  { href: '/runs/dead-letters', title: 'Dead letters' },
  { href: '/runs/queues', title: 'Queues' },
];

export function RunTabs(): ReactNode {
  return <Tabs label="Runs" tabs={tabs} />;
}
