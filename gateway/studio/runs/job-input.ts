/** The input of a job as somebody typed it: JSON, or what is wrong with it. */
export function parsedInput(text: string): { readonly input: unknown } | { readonly fault: string } {
  try {
    return { input: JSON.parse(text) };
  } catch (cause) {
    return { fault: `Not JSON: ${cause instanceof Error ? cause.message : 'check the quotes and commas'}` };
  }
}
