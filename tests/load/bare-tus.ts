import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

/**
 * The peer: @tus/server with its store of files, as its documentation shows it. Bytes go to one file as they come: no encryption, no hash, no sync to
 * the disk, no rights, no quota. Its folder is the argument. Prints its URL.
 */
const [directory = ''] = process.argv.slice(2);
const tus = new Server({ path: '/files', datastore: new FileStore({ directory }), relativeLocation: true });
const server = createServer((request, response) => void tus.handle(request, response));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
