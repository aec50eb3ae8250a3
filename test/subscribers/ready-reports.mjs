// Prints every report of tenant acme that becomes ready. Written using only /asyncapi.json: node ready-reports.mjs nats://acme_crm:<password>@127.0.0.1:4222
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const { host: servers, username: user, password: pass } = new URL(process.argv[2]);
const connection = await connect({ servers, user, pass, inboxPrefix: `_INBOX.${user}` });
await (await jetstreamManager(connection)).consumers.add('REPORTS', {
  durable_name: user,
  ack_policy: AckPolicy.Explicit,
  filter_subject: 'reports.v1.acme.*.ready',
});
const messages = await (await jetstream(connection).consumers.get('REPORTS', user)).consume();
process.once('SIGTERM', () => messages.stop());
const dealtWith = new Set();
for await (const message of messages) {
  const event = message.json();
  if (!dealtWith.has(event.id)) console.log(JSON.stringify(event));
  dealtWith.add(event.id);
  message.ack();
}
await connection.close();
