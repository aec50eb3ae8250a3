/** A keyed digest over `text` that only this service can make, base64url. The key stays in the adapter. */
export interface Seal {
  sign(text: string): string;
  /** In constant time. */
  verify(text: string, signature: string): boolean;
}
