import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { addressOf, createPty, startGuest } from './guest.mjs';
import { qemuMachineFor, readPlatform } from './platform.mjs';

/** The words of a command; `\ ` keeps a path together, quotes a text. */
function words(line) {
  return [...line.matchAll(/"([^"]*)"|((?:\\.|[^\s"])+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? bare.replaceAll(/\\(.)/g, '$1') : quoted,
  );
}

function fileOf(word) {
  const file = word?.startsWith('@') ? word.slice(1) : word;
  if (file === undefined || !existsSync(file)) throw new Error(`Could not find file '${file}'`);
  return file;
}

/** What the monitor commands: machine, platform, console, firmware, run. */
export class Emulation {
  machine;
  #options;
  #platform = new Map();
  #mips = 100;
  #pty;
  #connected = false;
  #variables = new Map();
  #macros = new Map();
  #elf;
  #guest;
  #log;

  constructor(options) {
    this.#options = options;
  }

  /** One line; rejects with what Renode would print. */
  async execute(line) {
    try {
      return (await this.#run(line.trim())) ?? '';
    } catch (error) {
      if (error.message.startsWith('No such command')) throw error;
      throw new Error(`There was an error executing command '${line.trim()}'\n${error.message}`, {
        cause: error,
      });
    }
  }

  async quit() {
    this.#guest?.qemu.kill('SIGKILL');
    await this.#pty?.close();
    this.#pty = undefined;
  }

  abandon() {
    this.#guest?.qemu.kill('SIGKILL');
    this.#pty?.abandon();
  }

  async #run(line) {
    if (line === '' || line.startsWith('#')) return '';
    const assignment = /^\$(\w+)\?=(\S.*)$/.exec(line);
    if (assignment !== null) {
      const value = words(assignment[2]);
      if (value.length !== 1) throw new Error('Could not tokenize here');
      if (!this.#variables.has(assignment[1])) this.#variables.set(assignment[1], value[0]);
      return '';
    }
    const given = words(line);
    const two = given.slice(0, 2).join(' ');
    const command = this.#commands[two] ?? this.#commands[given[0]];
    if (command === undefined) throw new Error(`No such command or device: ${given[0]}`);
    const rest = given.slice(this.#commands[two] === undefined ? 1 : 2);
    const [least, most] = command.takes;
    if (rest.length < least || rest.length > most) {
      throw new Error(`Bad parameters for command ${two}`);
    }
    return command.act(...rest.map((word) => (word.startsWith('$') ? this.#variable(word.slice(1)) : word)));
  }

  #variable(name) {
    const value = this.#variables.get(name) ?? this.#macros.get(name);
    if (value === undefined) throw new Error(`No such variable: $${name}`);
    return value;
  }

  #needs(what, present) {
    if (!present) throw new Error(`No such command or device: ${what}`);
  }

  #commands = {
    version: { takes: [0, 0], act: () => this.#options.version },
    using: { takes: [1, 1], act: () => {} },
    logFile: { takes: [1, 2], act: (file) => writeFileSync((this.#log = file), '') },
    include: { takes: [1, 1], act: (file) => this.#include(fileOf(file)) },
    'mach create': { takes: [0, 1], act: (name = 'machine-0') => void (this.machine = name) },
    'machine LoadPlatformDescription': {
      takes: [1, 1],
      act: (file) => {
        this.#needs('machine', this.machine);
        this.#platform = readPlatform(fileOf(file));
      },
    },
    'emulation SetGlobalAdvanceImmediately': { takes: [1, 1], act: () => {} },
    'emulation SetGlobalQuantum': {
      takes: [1, 1],
      act: (text) => {
        if (!(Number(text) > 0)) throw new Error('Parameters did not match the signature');
      },
    },
    'emulation CreateUartPtyTerminal': {
      takes: [2, 3],
      act: async (_name, link, force) => {
        if (existsSync(link) && force !== 'true') {
          throw new Error(`File \`${link}' already exists. Use forceCreate to overwrite it.`);
        }
        this.#pty = await createPty(link);
      },
    },
    'connector Connect': {
      takes: [2, 2],
      act: (uart) => {
        const found = this.#platform.get(uart.replace(/^sysbus\./, ''));
        if (!found?.type.startsWith('UART.')) throw new Error(`Could not resolve '${uart}'`);
        this.#connected = true;
      },
    },
    'sysbus LoadELF': { takes: [1, 1], act: (file) => void (this.#elf = fileOf(file)) },
    runMacro: {
      takes: [1, 1],
      act: async (text) => {
        for (const line of text.split('\n')) await this.execute(line);
      },
    },
    start: { takes: [0, 0], act: () => this.#start() },
    pause: { takes: [0, 0], act: () => void this.#guest?.qemu.kill('SIGSTOP') },
    'cpu PerformanceInMips': {
      takes: [1, 1],
      act: (mips) => {
        this.#needs('cpu', this.#platform.has('cpu'));
        this.#mips = Number(mips);
      },
    },
    'cpu ExecutedInstructions': {
      takes: [0, 0],
      act: async () =>
        `0x${((await this.#guest?.executed()) ?? 0).toString(16).toUpperCase().padStart(16, '0')}`,
    },
    'cpu PC': { takes: [0, 0], act: () => this.#register('R15') },
    'cpu LR': { takes: [0, 0], act: () => this.#register('R14') },
    'cpu EnableProfiler': {
      takes: [2, 3],
      act: (kind, file) => {
        if (kind !== 'CollapsedStack' && kind !== 'Perfetto')
          throw new Error('Parameters did not match the signature');
        writeFileSync(file.replace(/^@/, ''), 'main;command_run 100\n');
      },
    },
    'cpu EnableOpcodesCounting': { takes: [1, 1], act: () => {} },
    'cpu InstallOpcodeCounterPattern': { takes: [2, 2], act: (name) => void this.#opcodes.push(name) },
    'cpu GetAllOpcodesCounters': {
      takes: [0, 0],
      act: () => this.#opcodes.map((name) => `|${name} |0 |`).join('\n'),
    },
  };
  #opcodes = [];

  async #register(name) {
    this.#needs('cpu', this.#guest);
    return `0x${(await this.#guest.registers())[name].replace(/^0+(?=.)/, '').toUpperCase()}`;
  }

  async #include(file) {
    const text = readFileSync(file, 'utf8').replaceAll(
      /^macro (\w+) """\n([\s\S]*?)\n"""$/gm,
      (_, name, body) => {
        this.#macros.set(name, body);
        return '';
      },
    );
    for (const line of text.split('\n')) await this.execute(line);
  }

  #start() {
    if (this.#guest !== undefined) {
      this.#guest.qemu.kill('SIGCONT');
      return 'Starting emulation...';
    }
    const facts = qemuMachineFor(this.#platform);
    if (facts === undefined || this.#elf === undefined || !this.#connected)
      throw new Error('nothing can run here');
    this.#guest = startGuest({
      folder: this.#options.folder,
      elf: this.#elf,
      facts,
      nsPerInstruction: 1000 / this.#mips,
      pty: this.#pty,
      plugin: this.#options.environment.FAKE_RENODE_PLUGIN,
      onCommand: (text) => this.#misbehave(text),
    });
    return 'Starting emulation...';
  }

  /** Says in the log, at the first inference, what a test wants to be said; an abort stops the core. */
  #misbehave(text) {
    const complaint = this.#options.environment.FAKE_RENODE_COMPLAINT;
    if (complaint === undefined || !text.includes('tf-run')) return;
    const said = complaint.replaceAll(/<(\w+)>/g, (_, symbol) => addressOf(path.resolve(this.#elf), symbol));
    appendFileSync(this.#log, `12:00:00.0000 ${said}\n`);
    if (said.includes('CPU abort')) this.#guest.qemu.kill('SIGSTOP');
  }
}
