// Why a time-stamp, a certificate chain or a revocation status proves nothing. Printed as the detail of a failed check.

export const timestampSays = {
  otherData: 'the time-stamp is for other data',
  otherSigner: 'the time-stamp was not signed by the authority that it names',
  otherPurpose: (subject: string) => `the certificate of ${subject} is not restricted to time-stamping`,
  unreadable: (why: string) => `the time-stamp cannot be read: ${why}`,
} as const;

export const chainSays = {
  untrusted: (subject: string, issuer: string) =>
    `the certificate of ${subject} was issued by ${issuer}, which you do not trust`,
  shortKey: (authority: string) => `the key of the authority ${authority} is too short`,
  tooLong: (subject: string, issuer: string) =>
    `the certificate chain of ${subject} is not valid: ${issuer} is not allowed to have so many authorities below it`,
  unknownExtension: (subject: string) =>
    `the certificate of ${subject} has a critical extension that is not supported here`,
  notValidAt: (subject: string, from: string, to: string, at: Date) =>
    `the certificate of ${subject} is valid from ${from} to ${to}, not at ${at.toISOString()}`,
  unreadable: (why: string) => `the certificate chain of the signer cannot be read: ${why}`,
} as const;

export const revocationSays = {
  invalid: (kind: 'ocsp' | 'crl', subject: string, why: string) =>
    `the ${kind === 'ocsp' ? 'OCSP response' : 'revocation list'} for ${subject} is not valid: ${why}`,
  missing: (subject: string) => `there is no revocation status for the certificate of ${subject}`,
  unrelated: 'a revocation status is not about any of the certificates',
  otherCertificates: 'the certificates in the security store are not the ones in use',
  revoked: (subject: string, on: Date, timestamp: Date) =>
    `the certificate of ${subject} was revoked on ${on.toISOString()}, no later than the time of the time-stamp, ${timestamp.toISOString()}`,
  tooLate: (subject: string, asOf: Date, expired: string) =>
    `the status of ${subject} is as of ${asOf.toISOString()}, after the certificate had expired on ${expired}: the authority may already have dropped a revocation from its records`,
  outdated: (subject: string, asOf: Date, at: Date) =>
    `the status of ${subject} is as of ${asOf.toISOString()} and had expired by ${at.toISOString()}`,
  keyInDoubt: (subject: string, on: Date) =>
    `the time-stamping certificate of ${subject} was revoked on ${on.toISOString()}, and its key may have been stolen`,
} as const;
