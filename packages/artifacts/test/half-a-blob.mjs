// Writes half a blob into the given folder, prints a line, and waits to be killed.
import { openArtifactFolder } from '@evidence/artifacts';

const store = await openArtifactFolder({ folder: process.argv[2] });
async function* half() {
  yield Buffer.alloc(1_000_000);
  console.log('half of it is written');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
await store.write('acme', 'text/plain', half());
