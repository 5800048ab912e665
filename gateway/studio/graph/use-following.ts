import { createRequest, type TypedDocumentNode } from '@urql/core';
import { useEffect, useEffectEvent, useState } from 'react';
import type { Hearer } from './live.ts';
import type { Refusal } from './refusal.ts';
import { useLive } from './use-live.ts';

/**
 * Follows a subscription while the part is on the page; nothing without variables. Answers why it does not come, if it does not.
 * Ask in `begun` for what the page shows, and lay what comes over every answer: then the order in which they come does not matter.
 */
export function useFollowing<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | undefined,
  hearer: Omit<Hearer<Data>, 'refused'>,
): Refusal | undefined {
  const live = useLive();
  const [refusal, setRefusal] = useState<Refusal>();
  const key = variables && createRequest(document, variables as never).key;
  const begun = useEffectEvent(() => hearer.begun?.());
  const next = useEffectEvent((data: Data) => hearer.next(data));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what of document and variables matters.
  useEffect(() => {
    setRefusal(undefined);
    if (variables === undefined) return;
    return live.follow(document, variables, {
      begun: () => begun(),
      next: (data) => next(data),
      refused: setRefusal,
    });
  }, [live, key]);
  return refusal;
}
