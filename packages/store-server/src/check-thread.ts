import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { damageOf } from '@evidence/event-store/engine';

/** Checks one file and posts what is wrong with it, or null. Readers do not disturb the writer (WAL). */
const db = new DatabaseSync((workerData as { file: string }).file, { readOnly: true });
try {
  parentPort?.postMessage(damageOf(db) ?? null);
} finally {
  db.close();
}
