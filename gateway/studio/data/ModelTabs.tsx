import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { pluralTitle } from './model-labels.ts';
import type { Model } from './use-models.ts';

export function ModelTabs({
  models,
  current,
}: {
  readonly models: readonly Model[];
  readonly current: Model;
}): ReactNode {
  return (
    <nav className="tabs" aria-label="Models">
      {models.map((model) => (
        <Link
          key={model.name}
          href={`/data/${model.plural}`}
          aria-current={model.name === current.name ? 'page' : undefined}
        >
          {pluralTitle(model)}
        </Link>
      ))}
    </nav>
  );
}
