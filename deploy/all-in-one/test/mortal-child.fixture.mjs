// A part that answers with its process number, and dies when it is asked for `/die`.
import { createServer } from 'node:http';

createServer(({ url }, response) => {
  if (url === '/die') process.kill(process.pid, 'SIGKILL');
  response.end(String(process.pid));
}).listen(Number(process.env.PORT), '127.0.0.1');
process.once('disconnect', () => process.exit());
