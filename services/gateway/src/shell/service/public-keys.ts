import type { JwkSet } from '@evidence/contracts';
import type { JwkSet as PublishedKeys } from '@evidence/signing';

/** The public keys with which anyone can verify our artifacts. */
export class PublicKeys {
  readonly set: JwkSet;

  constructor(published: PublishedKeys) {
    this.set = published as JwkSet;
  }
}
