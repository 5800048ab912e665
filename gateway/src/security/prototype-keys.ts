/**
 * The place (RFC 6901 pointer) of a key by which whoever copies the value may reach a prototype: `__proto__`, or a `constructor` with a `prototype`.
 * Of the first one it meets, level by level.
 */
export function prototypeKey(root: unknown): string | undefined {
  const pending: { readonly value: unknown; readonly pointer: string }[] = [{ value: root, pointer: '' }];
  // With a list of its own: a text may nest deeper than the call stack.
  for (const { value, pointer } of pending) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'object' && key !== '__proto__') continue;
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(inner))) return at;
      pending.push({ value: inner, pointer: at });
    }
  }
  return undefined;
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
