import { FarmError } from '#core';
import type { Measurement } from '../measurement.ts';
import { estimateAssumptions, estimateCortexM4Cycles } from './estimate-cycles.ts';
import { addClasses, noInstructions, type InstructionClasses } from './instruction-classes.ts';

/**
 * The record with the classes of its layers, and an estimate of cycles where the core is a Cortex-M4. Error
 * PROTOCOL_ERROR where they do not add up to the instructions that were measured without the plugin.
 */
export function withClasses(measurement: Measurement, classes: readonly InstructionClasses[]): Measurement {
  const layers = measurement.layers.map((layer, i) => {
    const own = classes[i]!;
    if (layer.instructions !== own.instructions) {
      throw new FarmError(
        'PROTOCOL_ERROR',
        `the plugin counted ${own.instructions} instructions in ${layer.name}, expected ${layer.instructions ?? 'none'} as measured`,
      );
    }
    return { ...layer, classes: own };
  });
  if (measurement.provenance.core !== 'cortex-m4') {
    return { ...measurement, layers };
  }
  const total = classes.reduce((sum, own) => addClasses(sum, own), noInstructions);
  const estimate = { ...estimateCortexM4Cycles(total), core: 'cortex-m4', assumptions: estimateAssumptions };
  return { ...measurement, layers, estimate };
}
