import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Pids and names of everything that this process has started, directly or not. */
function descendants() {
  const stats = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, , parent] = /\) (\S) (\d+)/.exec(text);
        return [{ pid: Number(pid), parent: Number(parent), name: /\((.*)\)/.exec(text)[1] }];
      } catch {
        return [];
      }
    });
  const found = [];
  for (let parents = [process.pid]; parents.length > 0;) {
    const children = stats.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map(({ pid }) => pid);
  }
  return found.map(({ pid, name }) => `process ${pid} (${name})`);
}

/** Terminals that this process still has open. */
function openTerminals() {
  return list('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return Number(fd) > 2 && /^\/dev\/(pts\/|tty)/.test(target) ? [`open terminal ${target}`] : [];
    } catch {
      return [];
    }
  });
}

function temporaryFolders() {
  return list(tmpdir())
    .filter((name) => name.startsWith('tinyfarm-'))
    .map((name) => `temporary folder ${name}`);
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What is there of all that a soak may leave; taken before, it is what was there anyway. */
export function takeStock() {
  return new Set([...descendants(), ...openTerminals(), ...temporaryFolders()]);
}

/** What is there now and was not before: one line each. */
export async function leftovers(before, { ports, lockFolder }) {
  const listening = await Promise.all(
    ports.map(async (port) => ((await isListening(port)) ? [`port ${port}`] : [])),
  );
  const locks = list(lockFolder)
    .filter((name) => name.endsWith('.lock'))
    .map((name) => `lock ${name}`);
  return [...[...takeStock()].filter((each) => !before.has(each)), ...listening.flat(), ...locks];
}
