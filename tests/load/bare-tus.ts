import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

/**
 * The peer: @tus/server with its store of files, as its documentation shows it. Bytes go to one file as they come: no encryption, no hash, no rights,
 * no quota, and no sync to the disk unless that is asked for. Arguments: its folder, and `synced`. Prints its URL.
 */
const [directory = '', synced] = process.argv.slice(2);

/** What it acknowledges is on the disk. */
class SyncedFileStore extends FileStore {
  override async write(...args: Parameters<FileStore['write']>): Promise<number> {
    const offset = await super.write(...args);
    const file = await open(join(directory, args[1]), 'r+');
    await file.datasync();
    await file.close();
    return offset;
  }
}

const datastore = synced === 'synced' ? new SyncedFileStore({ directory }) : new FileStore({ directory });
const tus = new Server({ path: '/files', datastore, relativeLocation: true });
const server = createServer((request, response) => void tus.handle(request, response));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
