import { lstatSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * Calls `changed(path)` for every file below `folder` that is written, replaced, made or removed, folders made later included;
 * `wanted(path)` decides about files, `entered(path)` about folders. Returns what ends it.
 *
 * A watch on each folder, none on a file: most editors, `sed -i` and `git checkout` save by renaming a new file over the old one.
 * Node 20's own recursive watch on Linux follows the file that was replaced, and hears nothing of that name again; a folder stays.
 */
export function watchTree(folder, { wanted, entered, changed }) {
  const watchers = new Map();

  const leave = (path) => {
    for (const [below, watcher] of watchers) {
      if (below !== path && !below.startsWith(join(path, '/'))) continue;
      watcher.close();
      watchers.delete(below);
    }
  };
  const enter = (path, found) => {
    // A folder that was removed and made again needs a new watch, though its name and even its inode may be the old ones.
    leave(path);
    // Watched before it is read: a file made in between is seen twice rather than never.
    const watcher = watch(path, (_event, name) => {
      if (name !== null && watchers.get(path) === watcher) look(join(path, name));
    });
    // It is gone; the watch on the folder above says so, or that it came again.
    watcher.on('error', () => leave(path));
    watchers.set(path, watcher);
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) visit(inside, found);
      else if (wanted(inside)) found?.(inside);
    }
  };
  const visit = (path, found) => {
    if (!entered(path)) return;
    try {
      enter(path, found);
    } catch (error) {
      // Removed while it was entered.
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
      leave(path);
    }
  };
  const look = (path) => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry?.isDirectory()) {
      visit(path, changed);
      return;
    }
    if (entry === undefined) leave(path);
    if (wanted(path)) changed(path);
  };

  enter(folder);
  return () => leave(folder);
}
