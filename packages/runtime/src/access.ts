import { readFileSync } from 'node:fs';
import { type Reading, textOf } from './config.js';

/**
 * How a process identifies itself to NATS, and which authorities it trusts. Each member is the path of a file, read at every connect and reconnect, so that
 * a credential can be renewed while the process runs.
 */
export interface NatsAccess {
  /** A user's JWT and the seed of its key, in the form that `nsc` writes. */
  readonly credsFile?: string;
  /** The seed of a user's key alone. */
  readonly nkeyFile?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  /** PEM: the authorities that may issue the server's certificate. Default: those that Node trusts. */
  readonly caFile?: string;
  /** PEM: our own certificate, for a server that requires one. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
}

const NATS_SETTINGS = {
  credsFile: 'NATS_CREDS_FILE',
  nkeyFile: 'NATS_NKEY_FILE',
  user: 'NATS_USER',
  passwordFile: 'NATS_PASSWORD_FILE',
  caFile: 'NATS_CA_FILE',
  certificateFile: 'NATS_CERTIFICATE_FILE',
  keyFile: 'NATS_KEY_FILE',
} as const satisfies Record<keyof NatsAccess, string>;

/** The variables, except `NATS_URL`, that say how to log in to NATS. A supervisor that runs its own server sets them itself. */
export const natsAccessSettings: readonly string[] = Object.values(NATS_SETTINGS);
/** The variable that names a file of the access. */
export const natsSettingOf = (member: keyof NatsAccess): string => NATS_SETTINGS[member];

/** How to log in to NATS, according to the environment. Reads no file. */
export function natsAccessIn(env: NodeJS.ProcessEnv): Reading<NatsAccess> {
  const access: NatsAccess = Object.fromEntries(
    Object.entries(NATS_SETTINGS).flatMap(([member, setting]) => {
      const value = textOf(env, setting);
      return value === undefined ? [] : [[member, value]];
    }),
  );
  const problems = [
    ...oneLoginProblems({
      NATS_CREDS_FILE: access.credsFile,
      NATS_NKEY_FILE: access.nkeyFile,
      NATS_USER: access.user,
      'a login in NATS_URL': textOf(env, 'NATS_URL')?.includes('@') ? 'there' : undefined,
    }),
    ...pairProblems({ NATS_USER: access.user, NATS_PASSWORD_FILE: access.passwordFile }),
    ...pairProblems({ NATS_CERTIFICATE_FILE: access.certificateFile, NATS_KEY_FILE: access.keyFile }),
  ];
  return problems.length > 0 ? { problems } : { value: access };
}

const EVENT_STORE_SETTINGS = [
  'EVENT_STORE_USER',
  'EVENT_STORE_PASSWORD_FILE',
  'EVENT_STORE_CA_FILE',
  'EVENT_STORE_CERTIFICATE_FILE',
  'EVENT_STORE_KEY_FILE',
] as const;

/** The variables, except `EVENT_STORE_URL`, that say how to log in to the event store. */
export const eventStoreAccessSettings: readonly string[] = EVENT_STORE_SETTINGS;

/** The parts of KurrentDB's connection string: scheme and login, hosts, options. */
const CONNECTION_STRING = /^(?<scheme>[a-z+]+:\/\/)(?:(?<login>[^@?]*)@)?(?<hosts>[^?@]*)(?:\?(?<options>.*))?$/is;

/**
 * The event store's address, completed with what else the environment says about logging in: user and password, the authority of its
 * certificate, and our own certificate. Without any of them, the address as it is. Reads the password's file.
 */
export function eventStoreUrlIn(env: NodeJS.ProcessEnv, otherwise?: string): Reading<string> {
  const url = textOf(env, 'EVENT_STORE_URL') ?? otherwise;
  if (url === undefined) return { problems: ['EVENT_STORE_URL is missing; set it.'] };
  const [user, passwordFile, caFile, certificateFile, keyFile] = EVENT_STORE_SETTINGS.map((name) => textOf(env, name));
  if ([user, passwordFile, caFile, certificateFile, keyFile].every((one) => one === undefined)) return { value: url };
  const { scheme, login, hosts, options } = CONNECTION_STRING.exec(url)?.groups ?? {};
  if (scheme === undefined || hosts === undefined)
    return {
      problems: [
        'EVENT_STORE_URL must be kurrentdb://<host>:<port> when EVENT_STORE_USER or one of its companions is set.',
      ],
    };
  const password = passwordFile === undefined ? { value: '' } : fileText('EVENT_STORE_PASSWORD_FILE', passwordFile);
  const problems = [
    ...oneLoginProblems({ EVENT_STORE_USER: user, 'a login in EVENT_STORE_URL': login }),
    ...pairProblems({ EVENT_STORE_USER: user, EVENT_STORE_PASSWORD_FILE: passwordFile }),
    ...pairProblems({ EVENT_STORE_CERTIFICATE_FILE: certificateFile, EVENT_STORE_KEY_FILE: keyFile }),
    ...(/(^|&)tls=false(&|$)/i.test(options ?? '')
      ? [
          'EVENT_STORE_URL says tls=false, but a login needs TLS: remove tls=false, or EVENT_STORE_USER and its companions.',
        ]
      : []),
    ...('problems' in password ? password.problems : []),
  ];
  if (problems.length > 0 || 'problems' in password) return { problems };
  const added = { tlsCaFile: caFile, userCertFile: certificateFile, userKeyFile: keyFile };
  const query = [
    ...(options ? [options] : []),
    ...Object.entries(added).flatMap(([name, path]) => (path ? [`${name}=${encodeURIComponent(path)}`] : [])),
  ];
  const entry =
    user === undefined ? (login ?? '') : `${encodeURIComponent(user)}:${encodeURIComponent(password.value)}`;
  return { value: `${scheme}${entry && `${entry}@`}${hosts}${query.length > 0 ? `?${query.join('&')}` : ''}` };
}

/** The text of a file that holds a secret, without the trailing line break that editors add. */
function fileText(setting: string, path: string): Reading<string> {
  try {
    return { value: readFileSync(path, 'utf8').trim() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problems: [`${setting}=${path} cannot be read (${code}): correct the path.`] };
  }
}

function oneLoginProblems(logins: Readonly<Record<string, string | undefined>>): string[] {
  const [one, other] = Object.keys(logins).filter((name) => logins[name] !== undefined);
  return other === undefined ? [] : [`${one} and ${other} are two logins: keep one of them.`];
}

function pairProblems(pair: Readonly<Record<string, string | undefined>>): string[] {
  const missing = Object.keys(pair).filter((name) => pair[name] === undefined);
  const [there] = Object.keys(pair).filter((name) => pair[name] !== undefined);
  return missing.length === 1 ? [`${there} needs ${missing[0]}: set both, or neither.`] : [];
}
