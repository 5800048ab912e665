import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import './files.css';
import { FilePage } from './FilePage.tsx';
import { FolderPage } from './FolderPage.tsx';
import { TrashPage } from './TrashPage.tsx';

export function Files(): ReactNode {
  return (
    <Switch>
      <Route path="/files">
        <FolderPage />
      </Route>
      <Route path="/files/trash" component={TrashPage} />
      <Route path="/files/folder/:id">{({ id }) => <FolderPage key={id} folderId={id} />}</Route>
      <Route path="/files/:id">{({ id }) => <FilePage key={id} id={id} />}</Route>
    </Switch>
  );
}
