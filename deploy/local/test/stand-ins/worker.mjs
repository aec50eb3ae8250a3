// Replaces a worker: prints its health port, and runs until it is asked to exit.

console.log(JSON.stringify({ level: 30, msg: 'at work', healthPort: process.env.HEALTH_PORT }));
const life = setInterval(() => {}, 1_000);
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ level: 30, msg: 'drained' }));
  clearInterval(life);
  process.exit(0);
});
process.on('disconnect', () => process.exit(0));
