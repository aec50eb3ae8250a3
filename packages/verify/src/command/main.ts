#!/usr/bin/env node
import { EXIT, verifyCommand } from './command.js';

// `evidence-verify … | head` closes the pipe when it has enough: the verdict stays in the exit code. A full disk is a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exitCode = EXIT.unusable;
});
process.exitCode = await verifyCommand(process.argv.slice(2), process, 'evidence-verify');
