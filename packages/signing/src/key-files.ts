import { join } from 'node:path';

/** Where a folder of keys keeps what. The certificate file is the whole chain, the signing certificate first. */
export interface KeyFiles {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly authorityKeyFile: string;
  readonly authorityCertificateFile: string;
}

export function keyFilesOf(folder: string): KeyFiles {
  return {
    keyFile: join(folder, 'signing-key.pem'),
    certificateFile: join(folder, 'signing-certificate.pem'),
    authorityKeyFile: join(folder, 'authority-key.pem'),
    authorityCertificateFile: join(folder, 'authority-certificate.pem'),
  };
}
