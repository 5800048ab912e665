import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Icon } from '../elements/Icon.tsx';
import { restRoutesQuery } from '../generated/operations.ts';
import { useKeeper } from '../session/viewer.tsx';
import { examples, type KeptOperation, useKeptOperations } from './kept-operations.ts';

/** Operations to start from: one's own, the examples, and those behind the REST routes. */
function SavedOperations(): ReactNode {
  const own = useKeptOperations(useKeeper());
  const [{ data }] = useQuery({ query: restRoutesQuery });
  const routes = (data?.restRoutes ?? []).map(({ operationId, method, path, operation }) => ({
    name: `${method} ${path}`,
    key: operationId,
    query: operation,
    variables: '{}',
  }));
  return (
    <div className="saved">
      <h2>Operations</h2>
      <SaveCurrent onSave={own.keep} />
      <OperationList title="Saved in this browser" operations={own.list} onForget={own.forget}>
        Save what you come back to: it stays in this browser.
      </OperationList>
      <OperationList title="Examples" operations={examples} />
      <OperationList title="Behind the REST routes" operations={routes} />
    </div>
  );
}

function SaveCurrent({ onSave }: { readonly onSave: (operation: KeptOperation) => void }): ReactNode {
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
    queryEditor,
    variableEditor,
  }));
  const [name, setName] = useState('');
  const save = (event: FormEvent): void => {
    event.preventDefault();
    onSave({
      name: name.trim(),
      query: queryEditor?.getValue() ?? '',
      variables: variableEditor?.getValue() ?? '',
    });
    setName('');
  };
  return (
    <form className="saved-new" onSubmit={save}>
      <input
        className="input"
        aria-label="Name for the operation in the editor"
        placeholder="Name for the open operation"
        value={name}
        maxLength={80}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit">Save</Button>
    </form>
  );
}

function OperationList({
  title,
  operations,
  onForget,
  children,
}: {
  readonly title: string;
  readonly operations: readonly KeptOperation[];
  readonly onForget?: (name: string) => void;
  readonly children?: ReactNode;
}): ReactNode {
  const { addTab, updateActiveTabValues } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
    queryEditor,
    variableEditor,
  }));
  const open = ({ query, variables }: KeptOperation): void => {
    // What is in the editor now stays in its tab.
    if ((queryEditor?.getValue() ?? '').trim() !== '') addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    updateActiveTabValues({ query, variables });
  };
  if (operations.length === 0 && children === undefined) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {operations.length === 0 && <p className="faint">{children}</p>}
      <ul>
        {operations.map((operation) => (
          <li key={operation.name}>
            <button type="button" className="saved-open" onClick={() => open(operation)}>
              {operation.name}
            </button>
            {onForget !== undefined && (
              <Button
                look="quiet"
                icon="trash"
                aria-label={`Forget ${operation.name}`}
                onClick={() => onForget(operation.name)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export const savedOperationsPlugin: GraphiQLPlugin = {
  title: 'Operations',
  icon: () => <Icon name="list" />,
  content: SavedOperations,
};
