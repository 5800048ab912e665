import { CodedError } from '@tributary/runtime';
import type { ASTNode } from 'graphql';

/** Collects what is wrong with model definitions, so that an author sees all of it at once. */
export class Faults {
  readonly #found: string[] = [];

  /** `coordinate` is a type or `Type.field`; the node gives the line. */
  add(node: ASTNode, coordinate: string, problem: string): void {
    const line = node.loc === undefined ? '' : ` (${node.loc.source.name}, line ${node.loc.startToken.line})`;
    this.#found.push(`${coordinate}${line}: ${problem}`);
  }

  addText(problem: string): void {
    this.#found.push(problem);
  }

  /** @throws CodedError MODEL_INVALID naming every fault. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const all = this.#found.join('; ');
    // The last one may be a sentence of its own.
    const end = /[.?]$/.test(all) ? '' : '.';
    throw new CodedError('MODEL_INVALID', `The models cannot be used: ${all}${end}`, {
      details: { faults: [...this.#found] },
    });
  }
}

/** The known name that a misspelt one is closest to, as a hint; empty when none is close. */
export function hint(misspelt: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: editDistance(misspelt.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : `; is ${near.name} meant?`;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
