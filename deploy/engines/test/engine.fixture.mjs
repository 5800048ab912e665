/** Answers each line that comes on its port with what the file it was given holds. Says its port, as engines do. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [port, file] = process.argv.slice(2);
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', () => socket.end(readFileSync(file)));
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`listening on ${port}\n`));
process.on('SIGTERM', () => process.exit(0));
