import { CodedError } from '@tributary/runtime';

/** Which subjects a subscription asks for: exactly one, or all that start with a prefix. */
export interface SubjectPattern {
  readonly kind: 'exact' | 'prefix';
  readonly text: string;
}

/**
 * Fills `{argument}` in a route's template. Only the template's own `*` is a wildcard: one inside an argument's value stays a star.
 * @throws CodedError BAD_USER_INPUT when an argument the subject needs is missing.
 */
export function subjectPattern(template: string, args: Readonly<Record<string, unknown>>): SubjectPattern {
  const isPrefix = template.endsWith('*');
  const text = fillTemplate(isPrefix ? template.slice(0, -1) : template, args);
  return { kind: isPrefix ? 'prefix' : 'exact', text };
}

export function matchesSubject(pattern: SubjectPattern, subject: string): boolean {
  return pattern.kind === 'exact' ? pattern.text === subject : subject.startsWith(pattern.text);
}

/** @throws CodedError BAD_USER_INPUT when an argument is missing or is no plain value. */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw new CodedError('BAD_USER_INPUT', `The argument ${name} is needed.`, {
      details: { argument: name },
    });
  });
}
