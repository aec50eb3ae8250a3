import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type InstallationAuthority, makeInstallationAuthority } from '@evidence/local';
import { type NatsAccess } from '@evidence/runtime';
import {
  eventually,
  freePort,
  REPOSITORY,
  startNats,
  type TempFolder,
  type TestServer,
  tempFolder,
} from '@evidence/testkit';
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../src/connection.js';
import { DurableConsumer } from '../src/consumer.js';
import { ensureReportsStream } from '../src/stream.js';
import { REPORTS_STREAM } from '../src/subjects.js';

const run = promisify(execFile);

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** Contains characters that must be encoded in a URL. */
const PASSWORD = 'p@ss/w:rd#1%';
const WRONG = 'hunter2';

let folder: TempFolder;
let authority: InstallationAuthority;
let caFile: string;
let tlsBlock: readonly string[];
beforeAll(async () => {
  folder = await tempFolder();
  authority = await makeInstallationAuthority(new Date());
  caFile = await file('ca.pem', authority.certificatePem);
  const issued = await authority.issue({ commonName: 'nats', usage: 'server', hosts: ['127.0.0.1'] });
  const [cert, key] = [await file('nats.pem', issued.certificatePem), await file('nats.key', issued.keyPem)];
  tlsBlock = ['tls {', `  cert_file: "${cert}"`, `  key_file: "${key}"`, `  ca_file: "${caFile}"`];
});
afterAll(() => folder.remove());

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

async function enter(servers: readonly string[], access?: NatsAccess): Promise<NatsConnection> {
  const nc = await connectNats({ servers, name: 'test', deadlineMs: 2_000, ...(access && { access }) });
  onTestFinished(() => nc.close());
  return nc;
}

/** The message with which the connection is refused. The refusal must be immediate, because a retry would not help. */
async function refusal(servers: readonly string[], access?: NatsAccess): Promise<string> {
  const startedAtMs = performance.now();
  const failure = await connectNats({ servers, name: 'test', ...(access && { access }) }).catch((error) => error);
  expect([failure.code, failure.message]).toEqual(['nats_refused', expect.any(String)]);
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  const shown = JSON.stringify([failure.message, failure.facts, String(failure.cause?.message)]);
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), WRONG]) expect(shown).not.toContain(secret);
  return failure.message;
}

describe('a server with TLS and accounts', () => {
  let nats: TestServer;
  let url: string;
  let user: KeyPair;
  beforeAll(async () => {
    user = nkeys.createUser();
    nats = await startNats({
      scheme: 'tls',
      more: [
        ...tlsBlock,
        '}',
        'accounts {',
        '  EVIDENCE {',
        '    jetstream: enabled',
        '    users: [',
        `      { user: "scoping", password: ${JSON.stringify(PASSWORD)} }`,
        `      { nkey: "${user.getPublicKey()}" }`,
        '    ]',
        '  }',
        '  OTHERS {',
        '    jetstream: enabled',
        '    users: [ { user: "other", password: "other" } ]',
        '  }',
        '}',
      ],
    });
    url = `tls://scoping:${encodeURIComponent(PASSWORD)}@127.0.0.1:${nats.port}`;
  });
  afterAll(() => nats?.dispose());

  it('accepts user and password in the URL, both as settings, and the seed of a key, each over TLS', async () => {
    const passwordFile = await file('password', `${PASSWORD}\n`);
    const nkeyFile = await file('user.nk', user.getSeed());
    for (const nc of [
      await enter([url], { caFile }),
      await enter([nats.url], { caFile, user: 'scoping', passwordFile }),
      await enter([`nats://127.0.0.1:${nats.port}`], { caFile, nkeyFile }),
    ]) {
      expect(nc.info?.tls_required).toBe(true);
      expect((await ensureReportsStream(nc)).config.name).toBe(REPORTS_STREAM);
    }
  });

  it('shows nothing of ours to another account', async () => {
    await ensureReportsStream(await enter([url], { caFile }));
    const nc = await enter([`tls://other:other@127.0.0.1:${nats.port}`], { caFile });
    const jsm = await jetstreamManager(nc);
    await expect(jsm.streams.info(REPORTS_STREAM)).rejects.toBeInstanceOf(JetStreamApiError);
  });

  it('is not trusted without its authority, and refuses a wrong password, no password, and an unknown key', async () => {
    expect(await refusal([url])).toContain('NATS_CA_FILE');
    const wrong = `tls://scoping:${WRONG}@127.0.0.1:${nats.port}`;
    expect(await refusal([wrong], { caFile })).toContain(`tls://…@127.0.0.1:${nats.port}`);
    expect(await refusal([nats.url], { caFile })).toContain('refused the login');
    const stranger = await file('stranger.nk', nkeys.createUser().getSeed());
    expect(await refusal([nats.url], { caFile, nkeyFile: stranger })).toContain('refused the login');
    expect(await refusal([nats.url], { caFile, nkeyFile: '/nowhere' })).toBe(
      'NATS_NKEY_FILE=/nowhere cannot be read (ENOENT): correct the path.',
    );
  });

  it('refuses at once in a cluster too, where servers tell clients about each other', async () => {
    const ports = [await freePort(), await freePort()];
    const routes = ports.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
    const starting = ports.map((port) =>
      startNats({
        scheme: 'tls',
        more: [
          ...[
            `server_name: n${port}`,
            ...tlsBlock,
            '}',
            'authorization { users: [ { user: "scoping", password: "right" } ] }',
          ],
          ...['cluster {', '  name: c', `  listen: "127.0.0.1:${port}"`, `  routes: [${routes}]`, '}'],
        ],
      }),
    );
    const servers = await Promise.all(starting);
    for (const { dispose } of servers) onTestFinished(dispose);
    const urls = servers.map(({ url }) => url);
    const passwordFile = await file('right', 'right');
    // Each server tells clients about the other once they are connected.
    await eventually(async () => {
      const nc = await enter(urls, { caFile, user: 'scoping', passwordFile });
      expect(nc.info?.connect_urls).toHaveLength(2);
    });
    expect(await refusal(urls, { caFile })).toContain('refused the login');
  });

  it('is refused if its certificate is for another address', async () => {
    const issued = await authority.issue({ commonName: 'nats', usage: 'server', hosts: ['localhost', '127.0.0.2'] });
    const other = await startNats({
      scheme: 'tls',
      more: [
        'tls {',
        `  cert_file: "${await file('other.pem', issued.certificatePem)}"`,
        `  key_file: "${await file('other.key', issued.keyPem)}"`,
        '}',
      ],
    });
    onTestFinished(other.dispose);
    expect(await refusal([other.url], { caFile })).toContain('altnames');
    expect((await enter([`tls://localhost:${other.port}`], { caFile })).isClosed()).toBe(false);
  });

  it('accepts the client again after a restart', async () => {
    const nc = await enter([url], { caFile });
    await nats.stop();
    await nats.start();
    await eventually(async () => expect(await nc.rtt()).toBeGreaterThanOrEqual(0));
  });
});

it('a server without TLS is refused for tls://', async () => {
  const nats = await startNats();
  onTestFinished(nats.dispose);
  expect(await refusal([`tls://127.0.0.1:${nats.port}`])).toContain('tls:// or nats://');
  expect(await refusal([nats.url], { caFile })).toContain('tls:// or nats://');
  expect((await enter([nats.url])).isClosed()).toBe(false);
});

it('a server that requests a client certificate gets ours', async () => {
  const nats = await startNats({ scheme: 'tls', more: [...tlsBlock, '  verify: true', '}'] });
  onTestFinished(nats.dispose);
  const issued = await authority.issue({ commonName: 'scoping', usage: 'client' });
  const certificateFile = await file('scoping.pem', issued.certificatePem);
  const keyFile = await file('scoping.key', issued.keyPem);
  expect((await enter([nats.url], { caFile, certificateFile, keyFile })).isClosed()).toBe(false);
  const stranger = await (await makeInstallationAuthority(new Date())).issue({
    commonName: 'scoping',
    usage: 'client',
  });
  const theirs = {
    certificateFile: await file('x.pem', stranger.certificatePem),
    keyFile: await file('x.key', stranger.keyPem),
  };
  for (const access of [{ caFile, ...theirs }, { caFile }]) {
    const silent = await connectNats({ servers: [nats.url], name: 'test', access, deadlineMs: 100 }).catch((e) => e);
    expect(silent).toMatchObject({
      code: 'nats_unreachable',
      message: expect.stringContaining('NATS_CERTIFICATE_FILE'),
    });
  }
});

it('a JWT and its seed in one file, as nsc writes it, log in to a server with an operator; a renewed file needs no restart', async () => {
  const [operator, user] = [nkeys.createOperator(), nkeys.createUser()];
  const [account, system, stranger] = [nkeys.createAccount(), nkeys.createAccount(), nkeys.createAccount()];
  const limits = { subs: -1, conn: -1, leaf: -1, imports: -1, exports: -1, data: -1, payload: -1, wildcards: true };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const accountJwt = jwtOf(account, operator, { type: 'account', version: 2, limits: { ...limits, ...storage } });
  const systemJwt = jwtOf(system, operator, { type: 'account', version: 2, limits });
  const nats = await startNats({
    more: [
      `operator: ${jwtOf(operator, operator, { type: 'operator', version: 2 })}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`,
    ],
  });
  onTestFinished(nats.dispose);
  const userClaims = { type: 'user', version: 2, subs: -1, data: -1, payload: -1 };
  const creds = (signer: KeyPair) => credsText(jwtOf(user, signer, userClaims), user);
  const credsFile = await file('scoping.creds', creds(account));
  const nc = await enter([nats.url], { credsFile });
  expect((await ensureReportsStream(nc)).config.deny_purge).toBeDefined();
  const forged = await file('forged.creds', creds(stranger));
  await refusal([nats.url], { credsFile: forged });
  for (const access of [{ credsFile: await file('empty', '') }, { nkeyFile: await file('empty', '') }])
    expect(await refusal([nats.url], access)).toMatch(/^NATS_(CREDS|NKEY)_FILE=.* must contain /);

  await writeFile(credsFile, creds(stranger));
  await nats.stop();
  await nats.start();
  await writeFile(credsFile, creds(account));
  await eventually(async () => expect(await nc.rtt()).toBeGreaterThanOrEqual(0));
});

/** A JWT as https://github.com/nats-io/jwt writes it, version 2. */
function jwtOf(subject: KeyPair, issuer: KeyPair, nats: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { jti: 'test', iat: 1, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name: 'test', nats };
  const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(claims)}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString('base64url')}`;
}

const credsText = (jwt: string, user: KeyPair): string => `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${Buffer.from(user.getSeed()).toString()}
------END USER NKEY SEED------
`;

it('the worked example of docs/logins.md works: keys, a server that includes them, provisioning, a service', async () => {
  const guide = await readFile(join(REPOSITORY, 'docs', 'logins.md'), 'utf8');
  const [, conf = ''] = /^```conf\n([\s\S]*?)^```$/m.exec(guide) ?? [];
  const evidence = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    run(process.execPath, ['packages/cli/dist/main.js', 'provision', ...args], {
      cwd: REPOSITORY,
      env: { PATH: process.env.PATH, HOME: folder.path, ...env },
    });
  expect((await evidence(['--users', folder.path])).stdout).toContain(`NATS_NKEY_FILE=${keyOf('scoping')}`);
  const users = await readFile(join(folder.path, 'run', 'nats-users.conf'), 'utf8');
  const issued = await authority.issue({ commonName: 'nats', usage: 'server', hosts: ['127.0.0.1'] });
  await file('server.pem', issued.certificatePem);
  await file('server.key', issued.keyPem);
  const lines = conf
    .split('\n')
    // The test sets its own addresses and storage.
    .filter((line) => !/^(#|listen|jetstream)/.test(line))
    .map((line) => line.replace('/etc/nats/', `${folder.path}/`).replace('include ./nats-users.conf', users));
  const nats = await startNats({ scheme: 'tls', more: lines });
  onTestFinished(nats.dispose);
  const env = { NATS_URL: nats.url, NATS_CA_FILE: caFile };
  await expect(evidence([], { ...env, NATS_NKEY_FILE: keyOf('scoping') })).rejects.toThrow('evidence provision');
  expect((await evidence([], { ...env, NATS_NKEY_FILE: keyOf('provisioning') })).stdout).toContain('are set up at');
  const nc = await connectNats({
    servers: [nats.url],
    name: 'scoping',
    access: { caFile, nkeyFile: keyOf('scoping') },
  });
  onTestFinished(() => nc.close());
  await new DurableConsumer(nc, 'scoping', ['reports.v1.*.*.requested']).open();
});

const keyOf = (user: string): string => join(folder.path, 'credentials', 'nats', `${user}.nk`);
