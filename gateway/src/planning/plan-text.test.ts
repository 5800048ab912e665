import { expect, it } from 'vitest';
import type { Plan } from './plan.ts';
import { planText } from './plan-text.ts';

it('a plan tells people where arguments from context stand: so many fields above, on objects of which types', () => {
  const plan: Plan = {
    kind: 'entities',
    subgraph: 'shop',
    operation:
      'query($representations:[_Any!]!$currency:String){_entities(representations:$representations){__typename}}',
    operationName: undefined,
    variables: [],
    groups: [
      {
        key: '_entities',
        variable: 'representations',
        paths: [['carts', '@', 'books', '@']],
        requires: [{ kind: 'field', from: 'id', to: 'id', below: [] }],
        inputRewrites: [],
        outputRewrites: [],
      },
    ],
    context: [
      {
        variable: 'currency',
        sources: [
          { levels: 1, path: [{ types: ['Cart'] }, 'currency'] },
          { levels: 2, path: ['usual', 'currency'] },
        ],
      },
    ],
  };
  const [first] = planText(plan).split('\n');
  expect(first).toBe(
    'ask shop about carts[].books[], told id, $currency from ^.[Cart].currency or ^.^.usual.currency',
  );
});
