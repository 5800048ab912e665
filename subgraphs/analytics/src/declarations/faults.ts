import { CodedError } from '@tributary/runtime';
import {
  type ASTNode,
  type DefinitionNode,
  GraphQLError,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  Source,
} from 'graphql';

/** A declaration file: its name for messages, and its text. */
export interface DeclarationFile {
  readonly name: string;
  readonly text: string;
}

/** Collects what is wrong with declarations, so that an author sees all of it at once. */
export class Faults {
  readonly #found: string[] = [];

  /** `coordinate` is a type or `Type.field`; the node gives file and line. */
  add(node: ASTNode, coordinate: string, problem: string): void {
    const line = node.loc === undefined ? '' : ` (${node.loc.source.name}, line ${node.loc.startToken.line})`;
    this.#found.push(`${coordinate}${line}: ${problem}`);
  }

  /** The definitions of a file; a file that does not parse is a fault, and has none. */
  definitionsIn({ name, text }: DeclarationFile): readonly DefinitionNode[] {
    try {
      return parse(new Source(text, name)).definitions;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      this.#found.push(`${name}, line ${error.locations?.[0]?.line ?? 1}: ${error.message}`);
      return [];
    }
  }

  /** @throws CodedError MODEL_INVALID naming every fault. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    throw new CodedError('MODEL_INVALID', `The declarations cannot be used: ${this.#found.join('; ')}.`, {
      details: { faults: [...this.#found] },
    });
  }
}

export function isObjectType(node: DefinitionNode): node is ObjectTypeDefinitionNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION;
}
