import { testCentre } from './centre-contract.ts';
import { createMemoryLine } from './memory-centre.ts';

testCentre('in memory', async () => {
  const line = createMemoryLine();
  return {
    admit: async (name) => line.admit(name),
    suspend: async (name) => line.suspend(name),
    open: line.open,
    close: async () => undefined,
  };
});
