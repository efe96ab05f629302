// Simulated boards in a process of their own: COUNT FOLDER. Says where they are, and ends when it is told anything.
import { join } from 'node:path';

import { createBench } from '#bench';

const [count, folder] = process.argv.slice(2);
const bench = await createBench({
  boards: Array.from({ length: Number(count) }, (_, i) => ({ name: `b${i}` })),
  dir: join(folder, 'bench'),
});
await bench.up();
process.send(
  bench.boards.map(({ name, probeSocket, ttyPath, uid }) => ({
    name,
    socket: probeSocket,
    tty: ttyPath,
    uid,
  })),
);
const end = async () => {
  await bench.down();
  process.exit();
};
process.once('message', () => void end());
process.once('disconnect', () => void end());
