import { createRequest } from '@urql/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type UseQueryArgs, type UseQueryState, useQuery } from 'urql';

/**
 * A query that is asked again when what it shows has changed.
 * - A reload that is wished for while an answer is under way is asked after it: the answer under way may have been read before the change, and
 *   asking at once would end it, so that a page whose changes come faster than its answers would never have one.
 * - An answer stays when asking for the same again fails: a half-filled form, a log and one's place in it, among it.
 */
export function useReloadable<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): readonly [UseQueryState<Data, Variables>, () => void] {
  const [state, again] = useQuery(args);
  const isAsking = state.fetching || state.stale;
  const asks = useRef({ isAsking, isWished: false, again });
  useEffect(() => {
    const { isWished } = asks.current;
    asks.current = { isAsking, isWished: isAsking && isWished, again };
    if (isWished && !isAsking) again({ requestPolicy: 'network-only' });
  });
  const reload = useCallback(() => {
    if (asks.current.isAsking) asks.current.isWished = true;
    else asks.current.again({ requestPolicy: 'network-only' });
  }, []);
  const { key } = createRequest(args.query, args.variables as never);
  const [last, setLast] = useState({ key, data: state.data });
  if (state.data !== undefined && state.operation?.key === key && state.data !== last.data)
    setLast({ key, data: state.data });
  const kept = state.error !== undefined && last.key === key ? last.data : undefined;
  return [kept === undefined ? state : { ...state, data: state.data ?? kept }, reload];
}
