import type { JwkSet } from '@evidence/contracts';
import type { JwkSet as PublishedKeys } from '@evidence/signing';

/** The keys that verify our artifacts, for everybody. */
export class PublicKeys {
  readonly set: JwkSet;

  constructor(published: PublishedKeys) {
    this.set = published as JwkSet;
  }
}
