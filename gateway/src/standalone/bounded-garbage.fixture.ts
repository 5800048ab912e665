import { boundGarbage } from './bounded-garbage.ts';

// Holds some, and of what else it makes each for as long as a thousand others; tells how large its heap was at the most, in bytes.
if (process.argv[2] === 'bounded') boundGarbage();
const lives = Array.from({ length: 300_000 }, (_, at) => ({ at, text: `${at}` }));
const underWay: object[] = [];
let mostBytes = 0;
for (let made = 0; made < 20_000; made += 1) {
  underWay[made % 1_500] = Array.from({ length: 400 }, (_, at) => ({ at, made }));
  if (made % 100 === 0) mostBytes = Math.max(mostBytes, process.memoryUsage().heapTotal);
}
process.stdout.write(`${lives.length > 0 ? mostBytes : 0}\n`);
