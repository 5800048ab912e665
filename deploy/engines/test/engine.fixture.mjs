/** Answers each line that comes on its port with what the file it was given holds. Says its port, as engines do. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [port, file] = process.argv.slice(2);
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', () => socket.end(readFileSync(file)));
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`listening on ${port}\n`));
const isStubborn = process.env.STUBBORN !== undefined;
process.on('SIGTERM', () => isStubborn || process.exit(0));
process.on('SIGINT', () => {
  process.stdout.write('ended in order\n');
  process.exit(0);
});
