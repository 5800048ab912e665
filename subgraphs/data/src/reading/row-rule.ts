import type { Filter } from '@tributary/engines/filter';
import { type Grant, type Principal, refusalOf } from '@tributary/subgraph-kit';
import type { Item } from '../items/item-store.ts';

/** Which rows a principal's grants reach: all of the workspace, those it made, or none. */
export type RowRule = 'all' | 'own' | 'none';

export function rowRule(principal: Principal, to: readonly Grant[]): RowRule {
  const unconditional = to.filter((grant) => grant !== 'OWNER_OF_ROW');
  if (refusalOf(principal, { to: unconditional }) === undefined) return 'all';
  return refusalOf(principal, { to }) === undefined ? 'own' : 'none';
}

/** The rule as part of a statement. */
export function rowFilter(rule: RowRule, principal: Principal): Filter | undefined {
  if (rule === 'all') return undefined;
  if (rule === 'none') return { kind: 'or', filters: [] };
  return { kind: 'compare', field: 'createdBy', op: 'eq', value: principal.id };
}

/** The rule for an item at hand. */
export function rowAllowed(rule: RowRule, principal: Principal, item: Item): boolean {
  return rule === 'all' || (rule === 'own' && item['createdBy'] === principal.id);
}
