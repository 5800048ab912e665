import type { ReactNode } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import { Described } from '../elements/Described.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { Refusal } from '../graph/refusal.ts';
import { labelOf, spelled } from './model-labels.ts';
import { RecordForm } from './RecordForm.tsx';
import { creationOf } from './record-operations.ts';
import type { Model } from './use-models.ts';
import { inputOf } from './use-record-writes.ts';

export function NewRecord({
  model,
  models,
}: {
  readonly model: Model;
  readonly models: readonly Model[];
}): ReactNode {
  const client = useClient();
  const say = useToast();
  const [, go] = useLocation();
  const name = spelled(model.name).toLowerCase();
  const create = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    const { data, error } = await client.mutation(creationOf(model, models), {
      input: inputOf(model, values),
    });
    if (error !== undefined) throw Refusal.of(error);
    const made = data?.item;
    if (made === undefined || made === null) return;
    say(`${labelOf(model, made)} is created.`);
    go(`/data/${model.plural}/${made.id}`);
  };
  return (
    <>
      <PageHead
        title={`New ${name}`}
        lead={model.description === null ? undefined : <Described text={model.description} />}
      />
      <div className="panel record-panel">
        <RecordForm
          model={model}
          models={models}
          action={`Create the ${name}`}
          onSave={create}
          onCancel={() => go(`/data/${model.plural}`)}
        />
      </div>
    </>
  );
}
