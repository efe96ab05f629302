import { createServer } from 'node:net';

import { FarmError, messageOf } from '#core';

/**
 * Looks whether the server can listen, before it takes the store over: a second one, started by mistake, must not end
 * the first. Rejects with PORT_UNAVAILABLE.
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const trial = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      trial.once('error', reject);
      trial.listen(port, host, resolve);
    });
  } catch (error) {
    throw new FarmError(
      'PORT_UNAVAILABLE',
      `the server cannot listen on ${host}:${port}: ${messageOf(error)}`,
      { cause: error },
    );
  }
  await new Promise((resolve) => trial.close(resolve));
}
