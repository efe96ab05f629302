import { FarmError, silentLogger, systemClock } from '#core';
import { createQemuDevice, type Device } from '#devices';
import { findTarget, type Target } from '#targets';

import type { Config } from '../config.ts';
import { boardDevice, findBoard, readBoards, takeBoard } from './boards.ts';

/** What the user asked for: a kind of device and a target, or one board by name. */
export interface PlaceRequest {
  readonly on: string;
  readonly target?: string | undefined;
  readonly board?: string | undefined;
  /** Path of the board list. */
  readonly boards: string;
}

/** Where a measurement runs; held until released. */
export interface Place {
  readonly target: Target;
  readonly device: Device;
  readonly release: () => Promise<void>;
}

/** Errors: USAGE_INVALID, TARGET_UNKNOWN, those of the board list, DEVICE_START_FAILED where all boards are busy. */
export async function choosePlace(request: PlaceRequest, config: Config): Promise<Place> {
  if (request.board !== undefined || request.on === 'board') return chooseBoard(request, config);
  if (request.on !== 'qemu') {
    throw new FarmError('USAGE_INVALID', `--on is '${request.on}', expected qemu or board`);
  }
  const target = findTarget(required(request.target));
  const device = createQemuDevice({ target, clock: systemClock, logger: silentLogger });
  return { target, device, release: () => Promise.resolve() };
}

async function chooseBoard(request: PlaceRequest, config: Config): Promise<Place> {
  const boards = await readBoards(request.boards);
  const named = request.board === undefined ? undefined : findBoard(boards, request.board);
  const target = findTarget(required(request.target ?? named?.target));
  if (named !== undefined && named.target !== target.name) {
    throw new FarmError(
      'USAGE_INVALID',
      `board ${named.name} is a ${named.target}, --target says ${target.name}`,
    );
  }
  const { board, release } = await takeBoard(boards, { name: request.board, target }, config);
  return { target, device: boardDevice(board, config), release };
}

function required(target: string | undefined): string {
  if (target === undefined) {
    throw new FarmError('USAGE_INVALID', '--target is missing, expected the name of a target, or --board');
  }
  return target;
}
