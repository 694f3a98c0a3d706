/** How many schedules the tests run at least, in all of them: what `npm test` promises (docs/decisions/0009). */
export const floors = { races: 97_600, swarms: 2_400 } as const
