import type { ReactNode } from 'react';

/** A description of the graph's, with what stands between backticks set as code. */
export function Described({ text }: { readonly text: string }): ReactNode {
  const parts = text.split('`');
  // An odd backtick opens nothing: then the text is shown as it is.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move.
    return index % 2 === 1 ? <code key={index}>{part}</code> : part;
  });
}

/** The same where there is no markup: in a tooltip. */
export function plainDescription(text: string | null): string | undefined {
  return text?.replaceAll('`', '');
}
