import { type ReactNode, useState } from 'react';
import { Button } from './Button.tsx';

const saidMs = 2_000;

/** Puts a text on the clipboard, and says when it is there. */
export function CopyButton({
  text,
  label = 'Copy',
}: {
  readonly text: string;
  readonly label?: string;
}): ReactNode {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  const copy = async (): Promise<void> => {
    // Without a secure context there is no clipboard: the text is beside the button, to be marked by hand.
    const done = isSecureContext
      ? await navigator.clipboard.writeText(text).then(
          () => 'copied' as const,
          () => 'refused' as const,
        )
      : ('refused' as const);
    setOutcome(done);
    setTimeout(() => setOutcome(undefined), saidMs);
  };
  const said = { copied: 'Copied', refused: 'Not allowed' };
  return (
    <Button look="quiet" icon={outcome === 'copied' ? 'check' : 'copy'} onClick={copy} aria-live="polite">
      {outcome === undefined ? label : said[outcome]}
    </Button>
  );
}
