// Runs the program of a container: `docker run evidence-reports <program> [arguments]`. It runs in this process, which receives the container's signals.
const PROGRAMS = {
  gateway: 'services/gateway',
  scoping: 'services/scoping',
  mapping: 'services/mapping',
  renderer: 'services/renderer',
  expiry: 'services/expiry',
  'store-server': 'packages/store-server',
  evidence: 'packages/cli',
};

const [name] = process.argv.splice(2, 1);
if (Object.hasOwn(PROGRAMS, name)) {
  await import(`../../${PROGRAMS[name]}/dist/main.js`);
} else {
  console.error(`"${name}" is not a program of this image: use one of ${Object.keys(PROGRAMS).join(', ')}.`);
  process.exitCode = 2;
}
