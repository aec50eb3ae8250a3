import { errors } from '@nats-io/transport-node';
import { BusError } from './errors.js';

/** Returns what `make` returns. Throws a `BusError` that says what to do when this NATS user may not do it. */
export async function ifAllowed<T>(what: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (cause instanceof BusError || !isDenied(cause)) throw cause;
    const sentence = `NATS does not have ${what} as required, and this user may not create it: run evidence provision with a login that may.`;
    throw new BusError('not_provisioned', sentence, { what }, { cause });
  }
}

function isDenied(error: unknown): boolean {
  if (error instanceof errors.PermissionViolationError) return true;
  return error instanceof Error && error.cause !== undefined && isDenied(error.cause);
}
