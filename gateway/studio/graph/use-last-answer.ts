import { useState } from 'react';

/** What a query answered last: when asking again fails, what is on the page stays, a half-filled form among it. */
export function useLastAnswer<Data>(data: Data | undefined): Data | undefined {
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last) setLast(data);
  return data ?? last;
}
