/** Random octets as an INTEGER in its shortest form: the highest bit is off, so that it is positive, the next is on. */
export const positiveInteger = ([first = 0, ...rest]: Uint8Array): Uint8Array =>
  Uint8Array.of((first & 0x3f) | 0x40, ...rest);
