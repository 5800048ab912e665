import type { CombinedError } from '@urql/core';
import type { ReactNode } from 'react';
import { Refusal } from '../graph/refusal.ts';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { useRetryAfterOutage } from './use-retry-after-outage.ts';

const notListed = 'PERSISTED_QUERY_NOT_IN_LIST';
/** Of all that the console asks, only what it makes of models as it meets them can be missing in the list. */
const listingAdvice =
  'This installation executes listed operations only (OPERATIONS=listed). The rest of the console works; what is made from models as they are (data, references) must be listed in schema/operations/listed to work here too.';

/** What went wrong, what to do about it, and the code to quote to somebody who helps; what `onRetry` asks again is also asked when an outage is over. */
export function FailureNotice({
  error,
  onRetry,
}: {
  readonly error: CombinedError | Error;
  readonly onRetry?: () => void;
}): ReactNode {
  const refusal = Refusal.of(error);
  const { code, message, advice: usual, details } = refusal;
  useRetryAfterOutage(refusal, onRetry);
  const advice = code === notListed ? listingAdvice : usual;
  const errorId = details['errorId'];
  return (
    <div className="notice" data-tone="danger" role="alert">
      <Icon name="alert" />
      <div>
        <p className="notice-title">{message}</p>
        {advice !== undefined && advice !== '' && <p className="soft">{advice}</p>}
        <p className="notice-code">
          <code>{code}</code>
          {typeof errorId === 'string' && <code> · {errorId}</code>}
        </p>
      </div>
      {onRetry !== undefined && (
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
