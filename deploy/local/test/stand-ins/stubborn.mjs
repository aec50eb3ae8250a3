// A program that hangs: it receives the request to exit and does nothing.
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));
setInterval(() => {}, 1_000);
