import type { z } from 'zod';
import { isJsonObject } from '../execution/compiled/own-keys.ts';
import { environmentValue } from './config.ts';

/** A content with `${env.NAME}` replaced in its texts, so that what is secret stands in no file. */
export function withVariables(content: unknown, { addIssue }: z.RefinementCtx): unknown {
  const replaced = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === 'string')
      return value.replace(/\$\{env\.(\w+)\}/g, (_all, name: string) => {
        const found = environmentValue(name);
        if (found === undefined)
          addIssue({ code: 'custom', path: [...path], message: `the environment has no variable ${name}` });
        return found ?? '';
      });
    if (Array.isArray(value)) return value.map((each, at) => replaced(each, [...path, at]));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, replaced(inner, [...path, key])]),
    );
  };
  return replaced(content, []);
}
