// As test/subscribers/ready-reports.mjs, with the client that preceded @nats-io.
import { AckPolicy, connect } from 'nats';

const { host: servers, username: user, password: pass } = new URL(process.argv[2]);
const connection = await connect({ servers, user, pass, inboxPrefix: `_INBOX.${user}` });
await (await connection.jetstreamManager()).consumers.add('REPORTS', {
  durable_name: user,
  ack_policy: AckPolicy.Explicit,
  filter_subject: 'reports.v1.acme.*.ready',
});
const messages = await (await connection.jetstream().consumers.get('REPORTS', user)).consume();
process.once('SIGTERM', () => messages.stop());
const dealtWith = new Set();
for await (const message of messages) {
  const event = message.json();
  if (!dealtWith.has(event.id)) console.log(JSON.stringify(event));
  dealtWith.add(event.id);
  message.ack();
}
await connection.close();
