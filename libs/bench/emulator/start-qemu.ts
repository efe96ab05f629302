import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FarmError, spawnLongRunning, type LongRunningProgram } from '#core';

const startDeadlineMs = 5000;

interface StartOptions {
  readonly dir: string;
  readonly time: 'instructions' | 'host';
}

export interface StartedQemu {
  readonly program: LongRunningProgram;
  readonly gdb: Socket;
  readonly qmp: Socket;
  readonly console: Socket;
}

/** QEMU with this content of flash, halted before its first instruction. Error DEVICE_START_FAILED has its words. */
export async function startQemu({ dir, time }: StartOptions, flash: Uint8Array): Promise<StartedQemu> {
  const at = (name: string): string => path.join(dir, name);
  await writeFile(at('flash.bin'), flash);
  const servers = await Promise.all(['gdb', 'qmp', 'uart'].map((name) => listen(at(name))));
  try {
    const sockets = Promise.all(servers.map(connection));
    const program = await spawnLongRunning('qemu-system-arm', commandLine(dir, time));
    const [gdb, qmp, console] = await startedOrEnded(sockets, program);
    console!.on('error', () => {});
    return { program, gdb: gdb!, qmp: qmp!, console: console! };
  } finally {
    for (const server of servers) {
      server.close();
    }
  }
}

function commandLine(dir: string, time: StartOptions['time']): string[] {
  const options: Record<string, string> = {
    machine: 'netduinoplus2',
    display: 'none',
    monitor: 'none',
    device: `loader,file=${path.join(dir, 'flash.bin')},addr=0x08000000,force-raw=on`,
    gdb: `unix:${path.join(dir, 'gdb')}`,
    qmp: `unix:${path.join(dir, 'qmp')}`,
  };
  const pairs = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  // The machine's first UART is not the console.
  const uarts = ['-serial', 'null', '-serial', `unix:${path.join(dir, 'uart')}`];
  return [...pairs, ...uarts, '-S', ...(time === 'instructions' ? ['-icount', 'shift=6,sleep=off'] : [])];
}

async function listen(socketPath: string): Promise<Server> {
  await rm(socketPath, { force: true });
  const server = createServer().listen(socketPath);
  await once(server, 'listening');
  return server;
}

async function connection(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

async function startedOrEnded<T>(started: Promise<T>, program: LongRunningProgram): Promise<T> {
  const settled = new AbortController();
  const late = sleep(startDeadlineMs, undefined, { signal: settled.signal });
  const failed = Promise.race([program.exited, late]).then(async () => {
    const said = program.output().trim();
    await program.stop();
    throw new FarmError('DEVICE_START_FAILED', `qemu-system-arm did not come up: ${said || 'it was silent'}`);
  });
  try {
    return await Promise.race([started, failed]);
  } finally {
    settled.abort();
  }
}
