/** Whether two identities of topics of one name, as far as they are known, are of different ones. */
export function isOther(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}
