import { readFileSync } from 'node:fs';
import { access as canBe, constants } from 'node:fs/promises';
import { checkServerIdentity } from 'node:tls';
import { type NatsAccess, natsSettingOf, withoutPassword } from '@evidence/runtime';
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { BusError } from './errors.js';

/** The client's options for where and how to connect. */
export interface Entry {
  readonly servers: string[];
  readonly authenticator?: Authenticator;
  /** If set, the client accepts only TLS connections. */
  readonly tls?: TlsOptions;
}

/**
 * Our settings as options of the client. It silently drops the scheme and login of a URL (@nats-io/nats-core 3.4.0), and would treat `tls://` as
 * `nats://`. Throws `BusError` `nats_refused` for a file that cannot be read.
 */
export async function entryOf(urls: readonly string[], access: NatsAccess): Promise<Entry> {
  for (const [member, path] of Object.entries(access) as [keyof NatsAccess, string][])
    if (member !== 'user') await assertReadable(natsSettingOf(member), path);
  const parsed = urls.map(parsedUrl);
  const authenticator = authenticatorOf(parsed, access);
  assertUsable(authenticator, access);
  const { caFile, certificateFile: certFile, keyFile } = access;
  const wantsTls = caFile !== undefined || certFile !== undefined || parsed.some(({ protocol }) => protocol === 'tls:');
  return {
    servers: parsed.map(({ host }) => host),
    ...(authenticator && { authenticator }),
    ...(wantsTls && {
      tls: {
        ...(caFile && { caFile }),
        ...(certFile && { certFile }),
        ...(keyFile && { keyFile }),
        // Not in the client's types, but passed on to Node.
        ...{ checkServerIdentity: identityAmong(parsed.map(({ hostname }) => hostname.replace(/^\[|\]$/g, ''))) },
      },
    }),
  };
}

/**
 * Whether a certificate belongs to one of the configured servers, or to the one that was dialled. The client forgets the address of a server
 * that is dialled by its IP address, and Node then looks for `localhost` in the certificate (3.4.0, Node 24.21).
 */
function identityAmong(hosts: readonly string[]): typeof checkServerIdentity {
  return (dialled, certificate) => {
    const names = dialled === 'localhost' ? hosts : [...hosts, dialled];
    const failures = names.map((name) => checkServerIdentity(name, certificate));
    return failures.includes(undefined) ? undefined : failures[0];
  };
}

function parsedUrl(url: string): URL {
  const parsed = URL.parse(url.trim());
  if (parsed) return parsed;
  const sentence = `NATS cannot be reached at ${withoutPassword(url)}, which is not a URL: set NATS_URL to nats://<host>:<port> or tls://<host>:<port>.`;
  throw new BusError('nats_refused', sentence, { server: withoutPassword(url) });
}

/** Files are read at each login, so that a renewed credential needs no restart. */
function authenticatorOf(urls: readonly URL[], access: NatsAccess): Authenticator | undefined {
  const { credsFile, nkeyFile, user, passwordFile } = access;
  if (credsFile !== undefined) return credsAuthenticator(() => readFileSync(credsFile));
  if (nkeyFile !== undefined) return nkeyAuthenticator(() => trimmed(nkeyFile));
  if (user !== undefined && passwordFile !== undefined)
    return usernamePasswordAuthenticator(user, () => trimmed(passwordFile).toString('utf8'));
  const { username, password } = urls.find((url) => url.username !== '') ?? { username: '', password: '' };
  if (username === '') return undefined;
  // A name alone is a token, as in every NATS client that reads logins from URLs.
  if (password === '') return tokenAuthenticator(decoded(username));
  return usernamePasswordAuthenticator(decoded(username), decoded(password));
}

/** With an unusable credential, the client waits silently (3.4.0), so we try it here with a challenge of our own. */
function assertUsable(authenticator: Authenticator | undefined, { credsFile, nkeyFile }: NatsAccess): void {
  try {
    authenticator?.('challenge');
  } catch (cause) {
    const [setting, path, what] = credsFile
      ? [natsSettingOf('credsFile'), credsFile, "a user's JWT and the seed of its key, as nsc writes them"]
      : [natsSettingOf('nkeyFile'), nkeyFile, "the seed of a user's key, which begins with SU"];
    throw new BusError('nats_refused', `${setting}=${path} must contain ${what}.`, { setting, path }, { cause });
  }
}

const trimmed = (path: string): Buffer => Buffer.from(readFileSync(path, 'utf8').trim());

/** A `%` that does not start an escape is kept as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function assertReadable(setting: string, path: string): Promise<void> {
  await canBe(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    const sentence = `${setting}=${path} cannot be read (${cause.code}): correct the path.`;
    throw new BusError('nats_refused', sentence, { setting, path }, { cause });
  });
}
