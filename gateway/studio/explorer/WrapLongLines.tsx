import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** Lines wider than the editor go on below instead of being cut off. GraphiQL has no setting for it; its editor has. */
export function WrapLongLines(): null {
  const { queryEditor } = useGraphiQL(pick('queryEditor'));
  useEffect(() => {
    queryEditor?.updateOptions({ wordWrap: 'on' });
  }, [queryEditor]);
  return null;
}
