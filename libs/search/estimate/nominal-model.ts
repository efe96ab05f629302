import { knownFeatures, nominalCost, type ModelDocument, type ModelKey } from '#latency';

/** How far off networks are taken to be, as a share: the costs of single parts are known to a factor of two. */
const nominalMisfit = 0.25;
/** Standard deviations on either side that hold 90 % of a normal distribution. */
const reach = 1.645;

/**
 * What libs/latency holds parts of kernels to cost before anything was measured, with a wide interval: instructions, or
 * for hardware as many cycles.
 */
export function nominalModel(target: string, fidelity: ModelKey['fidelity'] = 'emulated'): ModelDocument {
  return {
    format: 'tinyfarm-latency-model/1',
    target,
    fidelity,
    unit: fidelity === 'emulated' ? 'instructions' : 'cycles',
    features: knownFeatures.map((name) => ({ name, cost: nominalCost(name), expected: nominalCost(name) })),
    root: knownFeatures.map(() => []),
    misfit: nominalMisfit,
    reach,
    scale: 1,
    macs: [0, Number.MAX_SAFE_INTEGER],
    prior: 'nominal',
    rows: 0,
  };
}
