import type { Measurement } from '#measurement';

/** The document of `--json`: the record, with the measured memory (planned, where none was measured) on top. */
export function measurementDocument(measurement: Measurement): Record<string, unknown> {
  const { planned, measured } = measurement.sram;
  return { ...measurement, sram: { ...(measured ?? planned), planned, measured } };
}
