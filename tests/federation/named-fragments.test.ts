import { expect, test } from 'vitest';
import { federated } from './federated.ts';
import { townParts } from './town.ts';

test.each(['apollo', 'hive'] as const)(
  'fragments by name ask for what they asked for in place, beside fields that require each other in chains (%s)',
  async (planner) => {
    const onSpot = '{ id name }';
    const named = `{ sold { near { deposit } } spots { ...P } } fragment S on Spot ${onSpot} fragment P on Pond { ...S __typename }`;
    const inPlace = `{ sold { near { deposit } } spots { ... on Pond { ... on Spot ${onSpot} __typename } } }`;
    const { ask } = federated(townParts, {}, planner);
    const [one, other] = [await ask(named), await ask(inPlace)];
    expect(one.data).toMatchObject({ sold: [[{}], [{}, {}]] });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  },
);
