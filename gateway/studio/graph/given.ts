/** What of some conditions was chosen. The rest is left out, not null: a condition that is written and empty is refused (decision 103). */
export function given<Conditions extends object>(
  conditions: Conditions,
): { readonly [Name in keyof Conditions]?: NonNullable<Conditions[Name]> } {
  const chosen = Object.entries(conditions).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries(chosen) as { [Name in keyof Conditions]?: NonNullable<Conditions[Name]> };
}

/** The comparison of a field with what was chosen for it, if anything was. */
export function equal<Value extends string>(value: Value | null): { readonly eq: Value } | undefined {
  return value === null || value === '' ? undefined : { eq: value };
}
