const line = (faults) => ({ line: { dropRate: 0, flipRate: 0, baudMismatch: false, ...faults } });
const anyTime = ['connect', 'write', 'reset', 'input', 'output', 'layers'];
const once = ['reset', 'input', 'output', 'layers'];
const early = ['start'];

/** What can go wrong with a simulated board, and at which stages of a measurement it is set off. */
export const faults = [
  { name: 'core hangs', at: once, act: (board) => board.hang() },
  { name: 'core goes astray', at: once, act: (board) => board.crash() },
  { name: 'supply dips', at: once, act: (board) => board.brownOut() },
  { name: 'bytes dropped', at: anyTime, act: (board) => board.faults.set(line({ dropRate: 0.01 })) },
  { name: 'bytes flipped', at: anyTime, act: (board) => board.faults.set(line({ flipRate: 0.01 })) },
  { name: 'line is dead', at: anyTime, act: (board) => board.faults.set(line({ dropRate: 1 })) },
  { name: 'baud rates differ', at: anyTime, act: (board) => board.faults.set(line({ baudMismatch: true })) },
  { name: 'garbage floods', at: once, act: (board) => board.flood(3000) },
  { name: 'tty vanishes', at: once, act: (board) => board.tty.vanish(), cure: (board) => board.tty.appear() },
  { name: 'tty renumbered', at: once, act: (board) => board.tty.renumber() },
  { name: 'stale image', at: early, act: (board) => board.faults.set({ staleImage: true }) },
  {
    name: 'uid swapped',
    at: [...early, 'reset'],
    act: (board, swapped) => board.faults.set({ uid: swapped }),
  },
  { name: 'probe absent', at: early, act: (board) => board.faults.set({ probe: 'absent' }) },
  { name: 'probe breaks', at: ['connect', 'erase', 'write'], act: (board) => board.breakProbe('reset') },
  { name: 'probe freezes', at: ['connect', 'write'], act: (board) => board.faults.set({ probe: 'frozen' }) },
  { name: 'TDO stuck', at: early, act: (board) => board.faults.set({ tdo: 'stuck-high' }) },
  { name: 'DAP waits', at: early, act: (board) => board.faults.set({ dapWaits: true }) },
  { name: 'sectors worn', at: early, act: (board) => board.faults.set({ wornSectors: [0, 1] }) },
];

/** Linear congruential (Numerical Recipes, 7.1): the same seed sets off the same faults. */
export function createChance(seed) {
  let state = seed >>> 0;
  const chance = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { chance, pick: (choices) => choices[Math.floor(chance() * choices.length)] };
}
