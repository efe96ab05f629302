import { FarmError, isFarmError } from '#core';
import type { Device, RecoveryReport } from '#devices';
import { findTarget, type Target } from '#targets';

import type { Config } from '../config.ts';
import { recoverBoard, type RecoverBoardOptions } from './recover-board.ts';
import { boardDevice, findBoard, readBoards, takeBoard } from './boards.ts';
import { anyEmulator, qemuDevice, renodeDevice } from './emulators.ts';

/** What the user asked for: a kind of device and a target, or one board by name. */
export interface PlaceRequest {
  readonly on: string;
  readonly target?: string | undefined;
  readonly board?: string | undefined;
  /** Path of the board list. */
  readonly boards: string;
  /** Of Renode: keeps a profile by function. */
  readonly profile?: boolean | undefined;
}

/** Where a measurement runs; held until released. */
export interface Place {
  readonly target: Target;
  readonly device: Device;
  /** Why this one, where the choice was left to tinyfarm. */
  readonly why?: string;
  readonly release: () => Promise<void>;
  /** Only of a board: brings it back after a failure, or puts it in quarantine. */
  readonly recover?: Recover;
}

export type Recover = (
  failure: FarmError,
  options: Pick<RecoverBoardOptions, 'signal' | 'onStep'>,
) => Promise<RecoveryReport>;

/** Errors: USAGE_INVALID, TARGET_UNKNOWN, those of the board list, DEVICE_START_FAILED where all boards are busy. */
export async function choosePlace(request: PlaceRequest, config: Config): Promise<Place> {
  if (request.board !== undefined || request.on === 'board') return chooseBoard(request, config);
  const profile = request.profile ?? false;
  switch (request.on) {
    case 'qemu': {
      const target = findTarget(required(request.target));
      return { target, device: qemuDevice(target), release: nothing };
    }
    case 'renode': {
      const target = findTarget(required(request.target));
      return { target, device: renodeDevice(target, { profile }), release: nothing };
    }
    case 'auto':
      return chooseAny(request, config);
    default:
      throw new FarmError('USAGE_INVALID', `--on is '${request.on}', expected qemu, renode, board or auto`);
  }
}

const nothing = (): Promise<void> => Promise.resolve();

/** A free board, else Renode, else QEMU. */
async function chooseAny(request: PlaceRequest, config: Config): Promise<Place> {
  const target = findTarget(required(request.target));
  let noBoard: string;
  try {
    const place = await chooseBoard(request, config);
    return { ...place, why: `board ${place.device.name} is free` };
  } catch (error) {
    // No list, no such board in it, or all of them busy or in quarantine: then an emulator stands in. A list with a mistake is one.
    if (!isFarmError(error) || !standsIn(error)) throw error;
    noBoard = error.code === 'FILE_NOT_READABLE' ? 'there is no board list' : error.message;
  }
  const { device, why } = await anyEmulator(target, { profile: request.profile ?? false });
  return { target, device, why: `${noBoard}; ${why}`, release: nothing };
}

function standsIn({ code, message }: FarmError): boolean {
  return (
    code === 'FILE_NOT_READABLE' ||
    code === 'DEVICE_START_FAILED' ||
    code === 'BOARD_QUARANTINED' ||
    (code === 'USAGE_INVALID' && message.startsWith('the board list has no '))
  );
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
  return {
    target,
    device: boardDevice(board, config),
    release,
    recover: (failure, options) => recoverBoard(board, failure, { ...options, boards, config }),
  };
}

function required(target: string | undefined): string {
  if (target === undefined) {
    throw new FarmError('USAGE_INVALID', '--target is missing, expected the name of a target, or --board');
  }
  return target;
}
