import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { REPOSITORY, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { scriptsOf } from '../src/stack.js';
import { v8FlagsOf } from '../src/v8-flags.js';

test.each([...Object.keys(scriptsOf(REPOSITORY)), 'evidence'])(
  'the image runs %s as a start without containers does',
  async (program) => {
    const folder = await tempFolder();
    onTestFinished(folder.remove);
    writeFileSync(join(folder.path, 'node'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const image = join(REPOSITORY, 'deploy', 'image');
    const told = execFileSync('sh', [join(image, 'run.sh'), program, 'an argument'], {
      env: { PATH: [folder.path, process.env.PATH].join(delimiter) },
      encoding: 'utf8',
    });
    const started = [...v8FlagsOf(program), join(image, 'main.mjs'), program, 'an argument'];
    expect(told.trimEnd().split('\n')).toEqual(started);
  },
);
