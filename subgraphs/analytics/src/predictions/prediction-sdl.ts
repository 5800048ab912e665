import type { DeclaredPrediction, Predictions } from '../declarations/parse-predictions.ts';

/**
 * The part of the contract that predictions add: their fields, and as @external what they read of entities whose owner is the data
 * subgraph. The readers are the owner's: an entity has one rule, wherever it is entered.
 */
export function predictionTypeDefs({ declared, readers }: Predictions): string {
  const types = new Map<string, Set<string>>();
  const add = (typeName: string, line: string): void => {
    types.set(typeName, (types.get(typeName) ?? new Set()).add(line));
  };
  for (const prediction of declared) {
    for (const { name, type, other } of prediction.reads) {
      add(prediction.typeName, `${name}: ${type} @external`);
      if (other !== undefined) add(other.typeName, `${other.field}: ${other.type} @external`);
    }
    add(prediction.typeName, fieldSdl(prediction, readers.get(prediction.typeName) ?? []));
  }
  const entered = new Set(declared.map(({ typeName }) => typeName));
  return [...types]
    .map(([typeName, lines]) => {
      const key = entered.has(typeName) ? '@key(fields: "id")' : '@key(fields: "id", resolvable: false)';
      return `type ${typeName} ${key} ${allow(readers.get(typeName) ?? [], 'data:read')} {\n  id: ID!\n  ${[...lines].join('\n  ')}\n}`;
    })
    .join('\n');
}

function fieldSdl({ field, description, reads }: DeclaredPrediction, readers: readonly string[]): string {
  const byField = new Map<string, string[]>();
  for (const { name, other } of reads) {
    byField.set(name, [...(byField.get(name) ?? []), ...(other === undefined ? [] : [other.field])]);
  }
  const required = [...byField]
    .map(([name, inner]) => (inner.length === 0 ? name : `${name} { ${inner.join(' ')} }`))
    .join(' ');
  const told = description === undefined ? '' : `${JSON.stringify(description)}\n  `;
  return `${told}${field}: Float @requires(fields: ${JSON.stringify(required)}) ${allow(readers, 'analytics:read')}`;
}

function allow(to: readonly string[], scope: string): string {
  return `@allow(to: [${to.map((grant) => JSON.stringify(grant)).join(', ')}], scope: "${scope}")`;
}
