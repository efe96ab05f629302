/** What tells one serial port from all others, whichever number it has today. All that is given must hold. */
export interface PortIdentity {
  /** Name under /dev/serial/by-id. */
  readonly byId?: string | undefined;
  /** Serial number of the USB device. */
  readonly usbSerial?: string | undefined;
  /** Bus and ports, as `1-2.3`. */
  readonly usbPath?: string | undefined;
  /** Number of the USB interface, where one device has several serial ports. */
  readonly usbInterface?: number | undefined;
}

/** A serial port that is there now. */
export interface SerialPortInfo extends PortIdentity {
  /** With the number of today, as `/dev/ttyACM0`. */
  readonly path: string;
  readonly maker?: string;
}

/** One line: what is known of a port beside its path. */
export function describeIdentity(identity: PortIdentity): string {
  const { byId, usbSerial, usbPath, usbInterface } = identity;
  const parts = [
    byId === undefined ? '' : `by-id ${byId}`,
    usbSerial === undefined ? '' : `USB serial ${usbSerial}`,
    usbPath === undefined ? '' : `USB path ${usbPath}`,
    usbInterface === undefined ? '' : `interface ${usbInterface}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
