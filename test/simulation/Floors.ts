/**
 * How many schedules the tests run at least: of all races together, of each swarm, and of each crowd. Together they are
 * what `npm test` promises: a hundred thousand.
 */
export const floors = { races: 97_600, swarm: 200, crowd: 2_000 } as const
