import type { ObjectTypeDefinitionNode } from 'graphql';
import type { Faults } from './faults.ts';
import { hint } from './faults.ts';
import type { ListRelation, Model, Models } from './model.ts';

/** A model whose list relations are not yet connected to the references they are the other end of. */
export interface Draft {
  readonly node: ObjectTypeDefinitionNode;
  readonly model: Model;
}

/** Connects each list relation to the reference of the other model that it is the other end of, and checks the references. */
export function linkLists(drafts: readonly Draft[], faults: Faults): Models {
  const byName = new Map(drafts.map(({ model }) => [model.name, model]));
  const linked = drafts.map(({ node, model }) => {
    for (const attribute of model.attributes) {
      const target = attribute.target === undefined ? undefined : byName.get(attribute.target);
      if (model.store === 'RELATIONAL' && target?.store === 'DOCUMENT') {
        faults.add(
          node,
          `${model.name}.${attribute.name}`,
          'a relational model cannot refer to a document; turn the reference round',
        );
      }
    }
    const lists = model.lists.map((list) => {
      const target = byName.get(list.target);
      const via = target === undefined ? undefined : referenceBack(list, { model, target });
      if (via !== undefined) return { ...list, via };
      const field = node.fields?.find(({ name }) => name.value === list.name) ?? node;
      faults.add(field, `${model.name}.${list.name}`, problemOf(list, { model, target }));
      return list;
    });
    return [model.name, { ...model, lists }] as const;
  });
  return new Map(linked);
}

interface Ends {
  readonly model: Model;
  readonly target: Model | undefined;
}

function candidates({ model, target }: Ends): readonly string[] {
  return (target?.attributes ?? [])
    .filter((attribute) => attribute.target === model.name)
    .map(({ name }) => name);
}

/** The named reference, or the only one there is. */
function referenceBack(list: ListRelation, ends: Ends): string | undefined {
  const names = candidates(ends);
  if (list.via === '') return names.length === 1 ? names[0] : undefined;
  return names.includes(list.via) ? list.via : undefined;
}

function problemOf(list: ListRelation, ends: Ends): string {
  const names = candidates(ends);
  if (names.length === 0)
    return `${list.target} has no field of type ${ends.model.name} that this list could be the other end of`;
  if (list.via === '')
    return `say which field of ${list.target} it belongs to: @relation(field: "${names[0]}") or one of ${names.join(', ')}`;
  return `${list.target} has no reference ${list.via} to ${ends.model.name}${hint(list.via, names)}`;
}
