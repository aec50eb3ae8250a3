#!/usr/bin/env node
import { verifyCommand } from './command.js';

// `evidence-verify … | head` closes the pipe when it has enough: the verdict stays in the exit code.
process.stdout.on('error', () => {});
process.exitCode = await verifyCommand(process.argv.slice(2), process, 'evidence-verify');
