import type { ReactNode } from 'react';
import { useClient } from 'urql';
import { Link, useLocation } from 'wouter';
import { Described } from '../elements/Described.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { Refusal } from '../graph/refusal.ts';
import { useDraft } from '../session/use-draft.ts';
import { isMadeOf } from './made-of.ts';
import { labelOf, pluralTitle, spelled } from './model-labels.ts';
import { newRecordId } from './new-record-id.ts';
import { RecordForm, recordDraft, startingTexts } from './RecordForm.tsx';
import { creationOf, itemOf } from './record-operations.ts';
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
  // What is pressed again because its answer was lost is made once: the second is refused as one that is there.
  const newRow = () => ({ id: newRecordId(), version: 0 });
  const draft = useDraft(`new/${model.name}`, recordDraft, () => ({
    row: newRow(),
    texts: startingTexts(model, undefined),
  }));
  const { id } = draft.value.row;
  if (!model.writable) return <NotYours model={model} />;
  /** By a press whose answer did not come. @throws Refusal when it was not, and something else is in the way */
  const madeBefore = async (refusal: Refusal, values: Readonly<Record<string, unknown>>) => {
    if (refusal.code !== 'CONFLICT') throw refusal;
    const found = await client.query(itemOf(model, models), { id }, { requestPolicy: 'network-only' });
    const item = found.data?.item;
    if (item === undefined || item === null) throw refusal;
    if (isMadeOf(model, item, values)) return item;
    // Changed since that press, or in a tab that was duplicated, what it keeps with it: what is typed here is another one.
    draft.change((present) => ({ ...present, row: newRow() }));
    throw new Refusal(`${labelOf(model, item)} was created from this form before, with other values.`, {
      code: refusal.code,
      advice: 'Change that one, or press again to create another.',
    });
  };
  const create = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    const { data, error } = await client.mutation(creationOf(model, models), {
      input: { ...inputOf(model, values), id },
    });
    const made = error === undefined ? data?.item : await madeBefore(Refusal.of(error), values);
    if (made === undefined || made === null) return;
    draft.drop();
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
          draft={draft}
          isNew
          action={`Create the ${name}`}
          onSave={create}
          onCancel={() => go(`/data/${model.plural}`)}
        />
      </div>
    </>
  );
}

/** Who got here by an address learns before they fill in a form that it would be refused. */
function NotYours({ model }: { readonly model: Model }): ReactNode {
  const all = pluralTitle(model).toLowerCase();
  return (
    <>
      <PageHead title={`New ${spelled(model.name).toLowerCase()}`} />
      <div className="panel">
        <EmptyState
          icon="pencil"
          title={`Your role does not create ${all}`}
          action={
            <Link href={`/data/${model.plural}`} className="button">
              All {all}
            </Link>
          }
        >
          Ask an owner or admin of this workspace for a role that does.
        </EmptyState>
      </div>
    </>
  );
}
