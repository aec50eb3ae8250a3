/** The scopes of this product's API family. A token may have others: they are kept, and have no effect. */
export const TOKEN_SCOPES = [
  'endpoints:*',
  'scans:*',
  'findings:read',
  'findings:write',
  'reports:generate',
  'reports:read',
  'audit:read',
  'webhooks:write',
  'gateway:read',
] as const;

export type TokenScope = (typeof TOKEN_SCOPES)[number];

const SCOPE = /^[a-z_]+:[a-z_*]+$/;
const SCOPE_CHARS_MAX = 64;

/** Whether `text` has the form of a scope, `<area>:<action>`, known or not. The same rule as in ApiTokenMinted.v1. */
export const isTokenScope = (text: string): boolean => text.length <= SCOPE_CHARS_MAX && SCOPE.test(text);
