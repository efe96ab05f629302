import { createMemorySerial, type MemorySerial } from '#devices';

export interface ReferenceFirmwareOptions {
  readonly inferenceUs?: number;
  /** Of its clock at the boot. */
  readonly startUs?: number;
  readonly bufferBytes?: number;
  /** Time to send a character, spent inside the window for the first time stamp's line. */
  readonly charUs?: number;
  /** Says nothing at its boot, as one that booted long ago. */
  readonly booted?: boolean;
  /** Answers to commands, in the place of the usual ones. */
  readonly answers?: Readonly<Record<string, readonly string[]>>;
}

export interface ReferenceFirmware {
  readonly serial: MemorySerial;
  /** What was sent, one entry a command. */
  readonly commands: readonly string[];
  boot(): void;
}

/** What the reference implementation of MLPerf Tiny's harness does on a line, as far as a host can see. For tests. */
export function createReferenceFirmware(options: ReferenceFirmwareOptions = {}): ReferenceFirmware {
  const { inferenceUs = 250_000, startUs = 0, bufferBytes = 96, charUs = 87, answers = {} } = options;
  const serial = createMemorySerial();
  const commands: string[] = [];
  let nowUs = startUs;
  let loaded = 0;
  let expected = 0;
  const lap = (): string => `m-lap-us-${nowUs % 2 ** 32}`;

  const infer = (count: number, warmup: number): string[] => {
    nowUs += warmup * inferenceUs;
    const first = lap();
    nowUs += (first.length + 2) * charUs + count * inferenceUs;
    return [
      `m-warmup-start-${warmup}`,
      'm-warmup-done',
      `m-infer-start-${count}`,
      first,
      lap(),
      'm-infer-done',
      'm-results-[0.250,0.750]',
    ];
  };

  const db = (word: string, size: number): string[] => {
    if (word !== 'load') {
      loaded += word.length / 2;
      return loaded === expected ? ['m-load-done'] : [];
    }
    if (size > bufferBytes) {
      return [`Supplied buffer size ${size} exceeds maximum of ${bufferBytes}`];
    }
    [loaded, expected] = [0, size];
    return [`m-[Expecting ${size} bytes]`];
  };

  const answer = (command: string): readonly string[] => {
    const [name = '', word = '', number = ''] = command.split(' ');
    switch (name) {
      case 'name':
        return ['m-name-dut-[reference]'];
      case 'profile':
        return ['m-profile-[ulp-mlperf]', 'm-model-[ic01]'];
      case 'db':
        return db(word, Number(number));
      case 'infer':
        return infer(Number(word), Number(number));
      case 'results':
        return ['m-results-[0.250,0.750]'];
      default:
        return [`e-[Unknown command: ${name}]`];
    }
  };

  serial.onWrite((text) => {
    for (const command of text.split('%').slice(0, -1)) {
      commands.push(command);
      for (const line of [...(answers[command] ?? answer(command)), 'm-ready']) {
        serial.send(`${line}\r\n`);
      }
    }
  });
  return {
    serial,
    commands,
    boot: () => {
      if (options.booted !== true) {
        serial.send('m-timestamp-mode-performance\r\nm-init-done\r\nm-ready\r\n');
      }
    },
  };
}
