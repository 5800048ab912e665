// A part that answers with its process number, and dies when it is asked for `/die`. While the file that ENGINE names is there, it cannot start for lack of an engine.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

if (process.env.ENGINE !== undefined && existsSync(process.env.ENGINE))
  process.send({ startFailed: 'ENGINE_UNAVAILABLE' }, () => process.exit(1));
else
  createServer(({ url }, response) => {
    if (url === '/die') process.kill(process.pid, 'SIGKILL');
    response.end(String(process.pid));
  }).listen(Number(process.env.PORT), '127.0.0.1');
process.once('disconnect', () => process.exit());
