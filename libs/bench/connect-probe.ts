import type { FaultKnobs } from './faults.ts';
import { AccessPort } from './jtag/access-port.ts';
import { boundaryScan } from './jtag/boundary-scan.ts';
import { DebugPort } from './jtag/debug-port.ts';
import { RemoteBitbang } from './jtag/remote-bitbang.ts';
import { Tap, TapChain } from './jtag/tap.ts';
import type { Stm32f405 } from './silicon/stm32f405.ts';

/** IDCODEs of STM32F405/407: RM0090, 38.6.3. */
const coreIdCode = 0x4ba00477;
const boundaryScanIdCode = 0x06413041;

/** A probe whose cable ends at this chip, with what can be wrong between them. */
export function connectProbe(chip: Stm32f405, faults: FaultKnobs): RemoteBitbang {
  const ap = new AccessPort(chip.bus);
  ap.onWrite(() => chip.core.poke());
  const debugPort = new DebugPort(ap, {
    idCode: () => faults.now.idCode ?? coreIdCode,
    waits: () => faults.now.dapWaits,
  });
  const chain = new TapChain([new Tap(boundaryScan(() => boundaryScanIdCode)), new Tap(debugPort)]);
  let isHeld = false;
  const reset = (asserted: boolean): void => {
    if (asserted === isHeld) {
      return;
    }
    isHeld = asserted;
    if (asserted) {
      chip.holdReset();
    } else {
      chip.releaseReset();
    }
  };
  const probe = new RemoteBitbang(
    { chain, reset, pending: () => chip.core.pending },
    { tdo: () => stuckAt(faults.now.tdo), isFrozen: () => faults.now.probe === 'frozen' },
  );
  probe.onConnect(() => faults.happened('connect'));
  return probe;
}

function stuckAt(tdo: FaultKnobs['now']['tdo']): 0 | 1 | undefined {
  if (tdo === 'follows') {
    return undefined;
  }
  return tdo === 'stuck-low' ? 0 : 1;
}
