import { seededRandom } from '#network';
import { tinyNasResolutions, tinyNasSpace, tinyNasWidths, type SearchSpace } from '../space/index.ts';
import type { SpaceSurvey, SurveyOptions } from './survey.ts';

export interface StageOneOptions extends SurveyOptions {
  readonly widths?: readonly number[];
  readonly resolutions?: readonly number[];
  readonly classes: number;
  /** After each space. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface SurveyedSpace extends SpaceSurvey {
  readonly width: number;
  readonly resolution: number;
}

export interface StageOneResult {
  /** In the order of widths, then resolutions. */
  readonly spaces: readonly SurveyedSpace[];
  /** The largest mean of MACs among those of which some network satisfies; undefined where none does. */
  readonly chosen: SurveyedSpace | undefined;
}

export type Survey = (space: SearchSpace, options: SurveyOptions) => Promise<SpaceSurvey>;

/**
 * Stage one of TinyNAS (MCUNet, section 3.1): of spaces by width multiplier and input resolution, the one whose
 * networks within the limits have the most MACs on average is the most likely to hold accurate ones.
 */
export async function optimiseSpace(options: StageOneOptions, survey: Survey): Promise<StageOneResult> {
  const { widths = tinyNasWidths, resolutions = tinyNasResolutions, classes, limits, count, seed } = options;
  const grid = widths.flatMap((width) => resolutions.map((resolution) => ({ width, resolution })));
  // Each space draws from a sequence of its own, whichever thread it falls to.
  const random = seededRandom(seed);
  const seeds = grid.map(() => random.uint32());
  let done = 0;
  const spaces = await Promise.all(
    grid.map(async ({ width, resolution }, index): Promise<SurveyedSpace> => {
      const space = tinyNasSpace({ width, resolutions: [resolution], classes });
      const surveyed = await survey(space, { limits, count, seed: seeds[index]! });
      options.onProgress?.(++done, grid.length);
      return { ...surveyed, width, resolution };
    }),
  );
  const satisfied = spaces.filter(({ macs }) => macs.length > 0);
  const chosen = satisfied.reduce<SurveyedSpace | undefined>(
    (best, space) => (best === undefined || space.meanMacs > best.meanMacs ? space : best),
    undefined,
  );
  return { spaces, chosen };
}
