// Stands in for a worker: lives until it is told to end.

console.log(JSON.stringify({ level: 30, msg: 'at work' }));
const life = setInterval(() => {}, 1_000);
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ level: 30, msg: 'drained' }));
  clearInterval(life);
  process.exit(0);
});
process.on('disconnect', () => process.exit(0));
