import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Model, useModels } from '../data/use-models.ts';
import { Icon } from '../elements/Icon.tsx';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import type { FileDetails } from './FilePage.tsx';
import { importAddress } from './import-address.ts';

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
  return (
    <Link
      href={importAddress({ file: file.id, model: model.name, encoding: preview.encoding })}
      className="button"
    >
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
