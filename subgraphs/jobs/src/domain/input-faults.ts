import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const mostFaults = 20;
/** A pattern of this length is read at a glance; a longer one says nothing to a person. */
const shortPattern = 40;

/** What is wrong with an input, once for each place in it: a format and its pattern are one fault, and the format has the better words. */
export function inputFaults(issues: readonly Issue[]): readonly string[] {
  const byPlace = new Map<string, Issue>();
  for (const issue of issues) {
    const place = issue.path.join('.') || 'input';
    const told = byPlace.get(place);
    if (told === undefined || (isPattern(told) && !isPattern(issue))) byPlace.set(place, issue);
  }
  return [...byPlace].slice(0, mostFaults).map(([place, issue]) => `${place}: ${inWords(issue)}`);
}

function isPattern(issue: Issue): issue is z.core.$ZodIssueInvalidStringFormat {
  return issue.code === 'invalid_format' && issue.format === 'regex';
}

function inWords(issue: Issue): string {
  if (issue.code === 'invalid_key') return 'is no name that may stand here';
  if (!isPattern(issue)) return issue.message;
  const { pattern = '' } = issue;
  return pattern === '' || pattern.length > shortPattern
    ? 'does not have the form that the job’s inputSchema gives'
    : `must match ${pattern}`;
}
