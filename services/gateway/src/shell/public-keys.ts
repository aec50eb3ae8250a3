import type { JwkSet } from '@evidence/contracts';
import { jwksOf, type Signer } from '@evidence/signing';

/** The keys that verify our artifacts, for everybody. */
export class PublicKeys {
  readonly set: JwkSet;

  constructor(signers: readonly Signer[]) {
    this.set = jwksOf(signers) as JwkSet;
  }
}
