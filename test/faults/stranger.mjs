// Another user of the machine tries to access a system: node stranger.mjs <uid> <what, as JSON>. Prints the result of each attempt.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { connect } from '@nats-io/transport-node';

const { dataDir, files, pids, natsPort, storePort, api } = JSON.parse(process.argv[3]);
const uid = Number(process.argv[2]);
process.setgroups([uid]);
process.setgid(uid);
process.setuid(uid);

/** `done` must never happen. */
const outcome = async (attempt) => {
  try {
    await attempt();
    return 'done';
  } catch (error) {
    return String(error.code ?? error.type ?? error.name);
  }
};
const within = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(reject, 5_000, new Error('late')))]);
const login = (user, query) => `kurrentdb://${user}localhost:${storePort}?${query}&defaultDeadline=5000`;
const store = async (url, use) => {
  const client = KurrentDBClient.connectionString(url);
  try {
    await within(use(client));
  } finally {
    await client.dispose();
  }
};
const reading = async (client) => {
  for await (const event of client.readAll({ maxCount: 1 })) return event;
};
const writing = (client) => client.appendToStream('report-x', [jsonEvent({ type: 'ReportReady', data: {} })]);

const results = {
  list: await outcome(() => readdir(dataDir)),
  write: await outcome(() => writeFile(join(dataDir, 'mine'), '')),
};
for (const file of files) results[`read ${file}`] = await outcome(() => readFile(join(dataDir, file)));
for (const [name, pid] of pids) {
  results[`environment of ${name}`] = await outcome(() => readFile(`/proc/${pid}/environ`));
  results[`signal to ${name}`] = await outcome(() => process.kill(pid, 'SIGTERM'));
}
for (const user of ['', 'operator:operator@', 'scoping:scoping@']) {
  const url = login(user, 'tlsVerifyCert=false');
  results[`store read as ${user}`] = await outcome(() => store(url, reading));
  results[`store write as ${user}`] = await outcome(() => store(url, writing));
}
results['store without TLS'] = await outcome(() => store(login('', 'tls=false'), writing));
for (const more of [{}, { user: 'scoping', pass: 'scoping' }])
  results[`nats ${JSON.stringify(more)}`] = await outcome(() => connect({ servers: `127.0.0.1:${natsPort}`, ...more }));
for (const path of ['reports', 'findings']) results[`api ${path}`] = String((await fetch(`${api}/${path}`)).status);
console.log(JSON.stringify(results));
process.exit();
