/** Answers each line that comes on its port with what the file it was given holds. Says its port, as engines do. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [port, file] = process.argv.slice(2);
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', () => socket.end(readFileSync(file)));
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`listening on ${port}\n`));
// As a backend of PostgreSQL: of a session of its own, at work in the folder of the data.
const { WORKER_IN: cwd } = process.env;
if (cwd !== undefined) {
  const worker = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
    cwd,
    detached: true,
    stdio: 'ignore',
  });
  writeFileSync(`${cwd}/worker`, String(worker.pid));
}
const isStubborn = process.env.STUBBORN !== undefined;
process.on('SIGTERM', () => isStubborn || process.exit(0));
process.on('SIGINT', () => {
  process.stdout.write('ended in order\n');
  process.exit(0);
});
