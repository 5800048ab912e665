/**
 * Versions as they were told, without those told again. A relay tells again what it had not crossed out, from there to the last it told: 1,2,3,2,3,4 is 1,2,3,4.
 * What ends before it has caught up, or leaves one out, is no repeat and stays: 1,2,3,1.
 */
export function withoutRepeats(versions: readonly number[]): number[] {
  const told: number[] = [];
  for (let at = 0; at < versions.length; ) {
    const next = versions[at] ?? 0;
    const again = next > (told.at(-1) ?? 0) ? [] : told.slice(told.indexOf(next));
    if (again.length > 0 && again.every((version, index) => versions[at + index] === version)) {
      at += again.length;
    } else {
      told.push(next);
      at += 1;
    }
  }
  return told;
}
