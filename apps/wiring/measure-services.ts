import { silentLogger, systemClock } from '#core';
import type { Device } from '#devices';

import type { Config } from '../config.ts';
import { createProjectToolchain } from './create-project-toolchain.ts';
import type { MeasureServices } from './measure-candidate.ts';

interface MeasureServicesOptions {
  readonly config: Config;
  readonly device: Device;
  readonly signal: AbortSignal;
  readonly onStage?: (text: string) => void;
  readonly onDetail?: (text: string) => void;
}

/** What a measurement needs where everything that it rests on stands already, and nobody need follow it. */
export function measureServices(options: MeasureServicesOptions): MeasureServices {
  const { config, device, signal, onStage = () => {}, onDetail = () => {} } = options;
  return {
    toolchain: createProjectToolchain(config),
    device,
    clock: systemClock,
    logger: silentLogger,
    signal,
    prepare: () => Promise.resolve(),
    onStage,
    onDetail,
  };
}
