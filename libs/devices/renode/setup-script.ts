import type { RenodeFacts } from '#targets';
import { pathToken } from './monitor-text.ts';

/** In the folder of a running device. */
export const names = {
  tty: 'tty',
  log: 'renode.log',
  script: 'setup.resc',
  elf: 'firmware.elf',
  platform: 'platform.repl',
  profile: 'profile.folded',
} as const;

export const machineName = 'dev';

export interface SetupOptions {
  readonly folder: string;
  readonly facts: RenodeFacts;
  /** Whether what runs is written down function by function. */
  readonly profile: boolean;
  /** Encodings that are counted, by name. */
  readonly opcodes: Readonly<Record<string, string>>;
}

/**
 * The script that makes the machine and leaves it before its first instruction. A quantum is a million instructions, as
 * fast as Renode gets; the real time is no limit.
 */
export function setupScript({ folder, facts, profile, opcodes }: SetupOptions): string {
  const inFolder = (name: string): string => `${folder}/${name}`;
  return [
    'using sysbus',
    `mach create "${machineName}"`,
    `machine LoadPlatformDescription ${pathToken(inFolder(names.platform))}`,
    `cpu PerformanceInMips ${facts.mips}`,
    'emulation SetGlobalAdvanceImmediately true',
    `emulation SetGlobalQuantum "${1 / facts.mips}"`,
    // Without `true` a link that a killed Renode has left would be in the way.
    `emulation CreateUartPtyTerminal "uart" "${inFolder(names.tty)}" true`,
    `connector Connect ${facts.uart} uart`,
    `$bin?=${pathToken(inFolder(names.elf))}`,
    'macro reset """',
    '    sysbus LoadELF $bin',
    '"""',
    'runMacro $reset',
    ...(profile ? [`cpu EnableProfiler CollapsedStack ${pathToken(inFolder(names.profile))} true`] : []),
    ...(Object.keys(opcodes).length === 0 ? [] : ['cpu EnableOpcodesCounting true']),
    ...Object.entries(opcodes).map(([name, bits]) => `cpu InstallOpcodeCounterPattern "${name}" "${bits}"`),
    '',
  ].join('\n');
}
