interface NamedEvent {
  readonly type: string;
  readonly subject: string;
}

interface EventFilter {
  readonly types?: readonly string[] | null | undefined;
  /** One entity, or with a `*` at its end all that begin so. */
  readonly subject?: string | null | undefined;
}

/** What is absent or null asks for everything; an empty list of types for nothing. */
export function isAskedFor(event: NamedEvent, { types, subject }: EventFilter): boolean {
  const isOfType = types?.includes(event.type) ?? true;
  return isOfType && (subject === undefined || subject === null || isNamed(event.subject, subject));
}

function isNamed(subject: string, pattern: string): boolean {
  return pattern.endsWith('*') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}
