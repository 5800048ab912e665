import { CodedError } from '@tributary/runtime/errors';

/** A statement as DuckDB's parser tells it (`json_serialize_sql`). */
export type TreeValue = null | boolean | number | string | readonly TreeValue[] | TreeNode;
export type TreeNode = { readonly [key: string]: TreeValue };

/** Nodes below a key: those of a list, or the one that stands there. */
export function nodesAt(node: TreeNode, key: string): readonly TreeNode[] {
  const value = node[key] ?? null;
  if (Array.isArray(value)) return value as readonly TreeNode[];
  return value !== null && typeof value === 'object' ? [value as TreeNode] : [];
}

export function nodeAt(node: TreeNode, key: string): TreeNode | undefined {
  return nodesAt(node, key)[0];
}

export function textAt(node: TreeNode, key: string): string {
  const value = node[key] ?? '';
  return typeof value === 'object' ? '' : String(value);
}

export function textsAt(node: TreeNode, key: string): readonly string[] {
  const value = node[key] ?? null;
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * Reads the JSON of a tree. @throws CodedError QUERY_INVALID for a number beyond what a double holds, which JSON has no word for. Whole numbers of 16 digits and more become texts, because JavaScript would round them: the places where they stand are
 * values of literals, and positions that say "nowhere".
 */
export function parseTree(json: string): TreeNode {
  if (/:\s*-?(?:inf|nan)/i.test(json.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')))
    throw new CodedError('QUERY_INVALID', 'A number of the query is beyond what DOUBLE holds.');
  const exact = json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
  return JSON.parse(exact) as TreeNode;
}
