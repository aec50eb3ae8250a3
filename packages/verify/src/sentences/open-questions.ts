// What is not proven. Printed with every verdict.

export const WHO = 'That the key belongs to the issuer: you chose to trust it, so check where you got it.';
/** With every verdict but `valid`. */
export const UNPASSED =
  'Anything beyond the checks that passed: the verification ended at the first check that did not pass.';
export const TRUTH =
  'That the findings are true or complete: the signature shows which key signed these bytes, not that they are right.';
export const PAGES = 'That the pages show what the attached data says: both are signed, but they are not compared.';
export const WHEN =
  'When it was signed: there is no trusted time-stamp, so every date in it is only the signer’s own claim.';
export const REVOCATION = 'That the key was still good: revocation and the certificate’s expiry date are not checked.';
export const DEVELOPMENT_KEY =
  'Anything about who signed: this is a development key, which the software makes for itself on first start.';

/** `layout` is the signature's own statement that a template determined the layout. */
export const templatePages = (layout: string): string =>
  `That the pages show what the attached data says. The signature states “${layout}”: the signer vouches only for the attached data, so read that.`;

export const exactTime = (noLaterThan: Date | undefined): string =>
  `When exactly it was signed: the time-stamp only shows that it was no later than ${noLaterThan?.toISOString()}.`;

export const laterRevocation = (asOf: Date): string =>
  `That every key was still secret when it was used: what an authority learned only after ${asOf.toISOString()}, such as an earlier theft, is not known here.`;

export const stillInUse = (retiredAt: Date): string =>
  `That the key was in use at the time: its period ends at ${retiredAt.toISOString()}, and the only evidence that this was signed earlier is the signer’s own claim. A time-stamp would prove it.`;
