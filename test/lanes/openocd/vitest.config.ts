import { defineConfig } from 'vitest/config';

// One file after the other: OpenOCD counts its time-outs in polls, and two cores are easily busy.
export default defineConfig({
  test: {
    root: '.',
    include: ['test/lanes/openocd/*.test.ts'],
    fileParallelism: false,
    reporters: [['default', { summary: false }], './test/plain-reporter.ts'],
    testTimeout: 120_000,
  },
});
