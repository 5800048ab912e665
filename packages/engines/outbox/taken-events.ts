/** The part of a statement that takes events out of the outbox, those of them that are there; answers `id`, `event` and `size_bytes`, which may be null. `handles` names the parameter with their row numbers. */
export function takenEvents(handles: string): string {
  return `DELETE FROM outbox.event WHERE id = ANY(${handles}::bigint[]) RETURNING id, event, size_bytes`;
}
