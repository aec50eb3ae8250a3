// Stands in for a program that hangs: it hears the request to end and does nothing.
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));
setInterval(() => {}, 1_000);
