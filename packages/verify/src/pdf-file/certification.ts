/**
 * A certification signature (ISO 32000-2 §12.8.2.2): its author allows no change, so readers report any. With P=1, only a document
 * security store and document time-stamps may follow (table 257), which is exactly what the levels above B-B add.
 */

/** The signature dictionary's entry that makes it one. PDF/A-3 forbids digests in it (ISO 19005-3 §6.1.12). */
export const CERTIFIES =
  '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >>]';

/** The value of /Perms in the catalog, which names the one signature that certifies. */
export const permissions = (signature: number): string => `<< /DocMDP ${signature} 0 R >>`;
