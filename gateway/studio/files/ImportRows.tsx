import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Model, useModels } from '../data/use-models.ts';
import { Icon } from '../elements/Icon.tsx';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import type { FileDetails } from './FilePage.tsx';

/** From a table to the job that makes items of its rows, with the model its columns look like. */
export function ImportRows({ file }: { readonly file: FileDetails }): ReactNode {
  const { role } = useViewer();
  const { data: models } = useModels();
  const { preview } = file;
  if (preview?.__typename !== 'TablePreview' || models === undefined || !mayUse(role, 'enqueueJob'))
    return null;
  const model = likeliest(
    models.filter(({ writable }) => writable),
    preview.columns.map(({ name }) => name),
  );
  if (model === undefined) return null;
  const input = JSON.stringify({ file: file.id, model: model.name }, null, 2);
  return (
    <Link href={`/runs?${new URLSearchParams({ start: 'import-dataset', input })}`} className="button">
      <Icon name="database" /> Import its rows
    </Link>
  );
}

/** The model with the most fields that are called as columns are. */
function likeliest(models: readonly Model[], columns: readonly string[]): Model | undefined {
  const names = new Set(columns.map((name) => name.toLowerCase()));
  const fitting = ({ fields }: Model): number =>
    fields.filter(({ name }) => names.has(name.toLowerCase())).length;
  return [...models].sort((a, b) => fitting(b) - fitting(a))[0];
}
