import { createHash } from 'node:crypto';
import { textBytes } from '@tributary/subgraph-kit/text-bytes';
import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse, print } from 'graphql';
import type { VariableValues } from './compiled/conditions.ts';
import { operationAlone } from './compiled/operation-alone.ts';

/** An operation without the text it came in: of a long one with many operations nothing else is held by whoever asked for one of them. */
export interface KeptOperation {
  /** Names the text it came in, and the operation in it. */
  readonly key: string;
  /** SHA-256 of the text it came in, by which logs and what was compiled name it. */
  readonly textKey: string;
  /** It alone, with what it spreads. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** About what it takes of memory. */
  readonly sizeBytes: number;
}

/** Read again from a text of its own: places hold all tokens of a text, and names and values the text they were cut from. */
export function readAlone(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): { readonly text: string; readonly document: DocumentNode } {
  const text = print(operationAlone(document, operation));
  return { text, document: parse(text, { noLocation: true }) };
}

/** Those that an operation declares: others are of no use to it, and could be of any size. */
export function declaredVariables(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: VariableValues,
): VariableValues {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(variables, name) ? [[name, variables[name]]] : [])),
  );
}

/** Equal ones are one, for as long as somebody holds it. */
export class KeptOperations {
  readonly #held = new Map<string, WeakRef<KeptOperation>>();
  readonly #forgotten = new FinalizationRegistry((key: string) => {
    if (this.#held.get(key)?.deref() === undefined) this.#held.delete(key);
  });

  /** The operation of a document that was read from a text with this key. */
  keep(textKey: string, document: DocumentNode, operation: OperationDefinitionNode): KeptOperation {
    const key = createHash('sha256')
      .update(`${textKey} ${operation.name?.value ?? ''}`)
      .digest('base64url');
    const held = this.#held.get(key)?.deref();
    if (held !== undefined) return held;
    const made = keptOperation(textKey, key, readAlone(document, operation));
    this.#held.set(key, new WeakRef(made));
    this.#forgotten.register(made, key);
    return made;
  }
}

function keptOperation(
  textKey: string,
  key: string,
  { text, document }: ReturnType<typeof readAlone>,
): KeptOperation {
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new TypeError('an operation alone is none');
  return { key, textKey, document, operation, sizeBytes: textBytes(text) };
}
