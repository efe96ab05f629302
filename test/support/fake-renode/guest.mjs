import { spawn, execFileSync } from 'node:child_process';
import { constants, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import path from 'node:path';

import { crc16 } from './crc16.mjs';

/** The console's pty: raw, with no echo, held open so that it keeps what is written before anybody opens it. */
export async function createPty(link) {
  const socat = spawn('socat', [`PTY,link=${link},rawer,mode=660`, 'STDIO'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  while (!existsSync(link)) await new Promise((resolve) => setTimeout(resolve, 5));
  const held = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  return {
    input: socat.stdout,
    write: (text) => socat.stdin.write(text, 'latin1'),
    /** As `quit` does: the link goes. */
    async close() {
      closeSync(held);
      socat.kill('SIGTERM');
      await new Promise((resolve) => socat.once('exit', resolve));
    },
    /** As a signal does: the link stays. */
    abandon: () => socat.kill('SIGKILL'),
  };
}

/** The ELF in QEMU, whose ticks are turned into those of a core that takes `nsPerInstruction` for each instruction. */
export function startGuest({ folder, elf, facts, nsPerInstruction, pty, plugin, onCommand }) {
  const counts = path.join(folder, 'executed.txt');
  const socket = path.join(folder, 'qmp.sock');
  const qemu = spawn(
    'qemu-system-arm',
    [
      `-machine ${facts.machine} -icount shift=${facts.shift},sleep=off`.split(' '),
      '-display none -monitor none -parallel none -chardev stdio,id=console,signal=off'.split(' '),
      ['-kernel', elf, '-qmp', `unix:${socket},server=on,wait=off`],
      Array.from({ length: facts.serialIndex }, () => ['-serial', 'null']).flat(),
      ['-serial', 'chardev:console'],
      plugin ? ['-plugin', `file=${plugin},out=${counts},mark=${addressOf(elf, 'console_get')}`] : [],
    ].flat(),
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const factor = nsPerInstruction / 2 ** facts.shift;
  let line = '';
  qemu.stdout.on('data', (chunk) => {
    for (const char of chunk.toString('latin1')) {
      line += char;
      if (char !== '\n' && line.startsWith('$') && line.length < 300) continue;
      pty.write(line.startsWith('$') ? retimed(line, factor) : line);
      line = '';
    }
  });
  pty.input.on('data', (chunk) => {
    onCommand(chunk.toString('latin1'));
    qemu.stdin.write(chunk);
  });
  return {
    qemu,
    /** Of the last time that the firmware asked for a character. */
    async executed() {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const last = existsSync(counts) ? readFileSync(counts, 'utf8').trim().split('\n').at(-1) : '';
      return Number(last.split(' ')[1] ?? 0);
    },
    registers: () => askQmp(socket),
  };
}

export function addressOf(elf, symbol) {
  const text = execFileSync('arm-none-eabi-nm', [elf], { encoding: 'utf8' });
  return `0x${new RegExp(`^(\\w+) . ${symbol}$`, 'm').exec(text)?.[1] ?? '0'}`;
}

/** A frame with other ticks, and the sum that then is right. */
function retimed(line, factor) {
  const found = /^\$([^*]*,(?:run|layer|overhead|now),[^*]*)\*([0-9A-F]{4})(\s*)$/.exec(line);
  if (found === null) return line;
  const [, payload, sum, end] = found;
  if (crc16(payload) !== sum) return line;
  const changed = payload.replaceAll(
    /\b(ticks|layer)=(\d+)/g,
    (_, name, ticks) => `${name}=${Math.round(Number(ticks) * factor)}`,
  );
  return `$${changed}*${crc16(changed)}${end}`;
}

function askQmp(socket) {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socket);
    connection.on('error', reject);
    const send = (execute, args) => connection.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    createInterface({ input: connection }).on('line', (text) => {
      const reply = JSON.parse(text);
      if (reply.QMP !== undefined) {
        send('qmp_capabilities', {});
        send('human-monitor-command', { 'command-line': 'info registers' });
      } else if (typeof reply.return === 'string') {
        connection.end();
        resolve(
          Object.fromEntries([...reply.return.matchAll(/\b(R\d\d)=([0-9a-f]{8})/g)].map((m) => [m[1], m[2]])),
        );
      }
    });
  });
}
