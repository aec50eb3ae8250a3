// Replaces a KMS in tests: a separate process that alone has the private key. `node key-holder.mjs <key.pem>` prints its URL.
// POST /sign returns the signature of the body; the other paths behave like a broken KMS.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const key = createPrivateKey(readFileSync(process.argv[2]));
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
let calls = 0;

const answers = {
  '/sign': (body) => sign('sha256', body, key),
  '/sign-with-another-key': (body) => sign('sha256', body, other),
  '/sign-something-else': () => sign('sha256', Buffer.from('something else'), key),
  '/fail-once': (body) => (calls++ === 0 ? undefined : sign('sha256', body, key)),
  '/fail': () => undefined,
};

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === '/hang') return;
  const signature = answers[request.url](Buffer.concat(chunks));
  response.writeHead(signature ? 200 : 503).end(signature);
}).listen(0, '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}`);
});
