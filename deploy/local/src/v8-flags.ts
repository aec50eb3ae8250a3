/**
 * How each Node program is started; in the image deploy/image/run.sh does the same.
 *
 * A third of V8's young generation, in MiB: without a limit, that of the store had grown to 128 MiB after an import. With more than 4, V8 marks
 * mapping's old generation all the time in every second start: 7 instead of 3.5 to 4 ms of CPU per small report (Node 24.21, November 2026).
 *
 * One thread for garbage and compilation besides the main thread. V8 starts four in each of six processes; on two cores they cost more than they
 * bring: small reports per second rose by 5 % (November 2026).
 */
export const v8FlagsOf = (program: string): readonly string[] => [
  `--max-semi-space-size=${program === 'mapping' ? 4 : 16}`,
  '--v8-pool-size=1',
];
