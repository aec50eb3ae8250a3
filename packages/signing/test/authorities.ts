import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSigner, type Signer } from '../src/index.js';

const execute = promisify(execFile);

/** Real parts: `openssl ca`, `openssl ts` and `openssl ocsp`, which respond on loopback like authorities on the web. */
export interface LocalAuthorities {
  readonly url: string;
  readonly folder: string;
  /** The root: of the signers, of the time-stamping authority and of the OCSP responder. */
  readonly root: X509Certificate;
  /** The requests to the authorities, in order. */
  readonly asked: string[];
  /** By path: replaces the responses until it is deleted. */
  readonly disturbances: Map<string, (answer: Buffer) => { status: number; body: Buffer } | 'hang up'>;
  openssl(...args: string[]): Promise<string>;
  /** A signer with a certificate from the root, which names an OCSP responder, a revocation list, or neither. */
  issueSigner(name: string, status: 'ocsp' | 'crl' | 'none'): Promise<Signer>;
  revoke(name: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startAuthorities(): Promise<LocalAuthorities> {
  const folder = await mkdtemp(join(tmpdir(), 'authorities-'));
  const openssl = async (...args: string[]) => (await execute('openssl', args, { cwd: folder })).stdout;
  const asked: string[] = [];
  const disturbances: LocalAuthorities['disturbances'] = new Map();
  // One at a time: `openssl ts` keeps its serial number in a file, and fails if the file is half written.
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const answered = last.then(() => answer(request, folder, openssl));
    last = answered.catch(() => undefined);
    answered.then(
      (body) => {
        const path = request.url!;
        asked.push(path);
        const disturbed = disturbances.get(path)?.(body) ?? { status: 200, body };
        if (disturbed === 'hang up') response.destroy();
        else response.writeHead(disturbed.status).end(disturbed.body);
      },
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(folder, 'openssl.cnf'), configuration(url));
  await writeFile(join(folder, 'index.txt'), '');
  for (const name of ['serial', 'crlnumber', 'tsaserial']) await writeFile(join(folder, name), '1001\n');

  const issue = async (name: string, section: string, ...key: string[]): Promise<void> => {
    const subject = ['-subj', `/O=Local test/CN=${name}`];
    await openssl(
      'req',
      '-config',
      'openssl.cnf',
      '-new',
      '-nodes',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      ...subject,
    );
    await openssl(
      'ca',
      '-config',
      'openssl.cnf',
      '-batch',
      '-notext',
      '-extensions',
      section,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.crt`,
    );
  };
  const rsa = ['-newkey', 'rsa:2048'];
  await openssl(
    'req',
    '-config',
    'openssl.cnf',
    '-x509',
    '-nodes',
    ...rsa,
    '-days',
    '30',
    '-keyout',
    'root.key',
    '-out',
    'root.crt',
    '-extensions',
    'root',
    '-subj',
    '/O=Local test/CN=root',
  );
  await issue('tsa', 'tsa', ...rsa);
  await issue('responder', 'responder', ...rsa);
  const publishList = () => openssl('ca', '-config', 'openssl.cnf', '-gencrl', '-out', 'root.crl');
  await publishList();
  const root = new X509Certificate(await readFile(join(folder, 'root.crt')));

  return {
    url,
    folder,
    root,
    asked,
    disturbances,
    openssl,
    async issueSigner(name, status) {
      await issue(name, `signer_${status}`, ...rsa);
      return openSigner({
        keyFile: join(folder, `${name}.key`),
        certificateFile: join(folder, `${name}.crt`),
        now: new Date(),
      });
    },
    async revoke(name) {
      await openssl('ca', '-config', 'openssl.cnf', '-revoke', `${name}.crt`);
      await publishList();
    },
    async stop() {
      await closed(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answer(request: IncomingMessage, folder: string, openssl: LocalAuthorities['openssl']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const inbox = await mkdtemp(join(folder, 'request-'));
  const [question, reply] = [join(inbox, 'question'), join(inbox, 'reply')];
  await writeFile(question, Buffer.concat(chunks));
  if (request.url === '/tsr') {
    await openssl(
      'ts',
      '-reply',
      '-config',
      'openssl.cnf',
      '-section',
      'tsa_service',
      '-queryfile',
      question,
      '-out',
      reply,
    );
    return readFile(reply);
  }
  if (request.url === '/ocsp') {
    await openssl(
      'ocsp',
      '-index',
      'index.txt',
      '-CA',
      'root.crt',
      '-rsigner',
      'responder.crt',
      '-rkey',
      'responder.key',
      '-reqin',
      question,
      '-respout',
      reply,
      '-ndays',
      '7',
    );
    return readFile(reply);
  }
  await openssl('crl', '-in', 'root.crl', '-outform', 'DER', '-out', reply);
  return readFile(reply);
}

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

const LEAF = 'basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid';
const SIGNER = `${LEAF}\nkeyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection`;

const configuration = (url: string): string => `
[req]
distinguished_name=name
[name]
CN=x
[ca]
default_ca=authority
[authority]
dir=.
database=index.txt
serial=serial
crlnumber=crlnumber
new_certs_dir=.
certificate=root.crt
private_key=root.key
default_md=sha256
default_days=20
default_crl_days=7
policy=policy
unique_subject=no
[policy]
O=optional
CN=supplied
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[signer_ocsp]
${SIGNER}
authorityInfoAccess=OCSP;URI:${url}/ocsp
[signer_crl]
${SIGNER}
crlDistributionPoints=URI:${url}/root.crl
[signer_none]
${SIGNER}
[tsa]
${LEAF}
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
crlDistributionPoints=URI:${url}/root.crl
[responder]
${LEAF}
keyUsage=critical,digitalSignature
extendedKeyUsage=OCSPSigning
noCheck=ignored
[tsa_service]
dir=.
serial=tsaserial
signer_cert=tsa.crt
certs=root.crt
signer_key=tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
accuracy=secs:1
ess_cert_id_chain=no
ess_cert_id_alg=sha256
`;
