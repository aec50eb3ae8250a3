// Preloaded into every program of a fault run (NODE_OPTIONS=--import): shifts its wall clock by the number of milliseconds in the file. Monotonic
// clocks and timers are unchanged, as when the clock of a machine is set.
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;
const RealDate = Date;
let offsetMs = 0;

function look() {
  try {
    offsetMs = Number(readFileSync(process.env.FAULTS_CLOCK_FILE, 'utf8')) || 0;
  } catch {
    // The file is being written, or its disk is unavailable.
  }
}

const now = () => RealDate.now() + offsetMs;

function MovedDate(...parts) {
  if (!new.target) return new RealDate(now()).toString();
  return Reflect.construct(RealDate, parts.length > 0 ? parts : [now()], new.target);
}
MovedDate.prototype = RealDate.prototype;
for (const name of ['UTC', 'parse']) MovedDate[name] = RealDate[name];
MovedDate.now = now;

if (process.env.FAULTS_CLOCK_FILE) {
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  globalThis.Date = MovedDate;
}
