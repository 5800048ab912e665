import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';

/** Says that what stands in a form was typed before; nothing where it was not. */
export function Restored({
  draft,
}: {
  readonly draft: { readonly isRestored: boolean; readonly restart: () => void };
}): ReactNode {
  if (!draft.isRestored) return null;
  return (
    <div className="notice restored" role="status">
      <Icon name="pencil" />
      <div>
        <p className="notice-title">You typed this before, and it is not saved.</p>
      </div>
      <Button look="quiet" onClick={draft.restart}>
        Start over
      </Button>
    </div>
  );
}
