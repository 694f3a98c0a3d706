/** A schedule as the command line that replays it, and back from any text that ends with one. */

/** What it takes to have a run again. */
export interface Schedule {
  readonly scenario: string
  /** The seed of the search that found it; what it chose is in the choices. */
  readonly seed: string | undefined
  readonly choices: ReadonlyArray<number>
  /** Clients that were left out. */
  readonly without?: ReadonlyArray<string>
}

/** The command line that replays it. */
export const commandOf = ({ choices, scenario, seed, without = [] }: Schedule): string =>
  [
    `npm run sim -- --scenario ${quoted(scenario)}`,
    ...without.map((client) => `--without ${quoted(client)}`),
    ...(seed === undefined ? [] : [`--seed ${quoted(seed)}`]),
    `--choices ${choices.length === 0 ? '""' : choices.join(",")}`
  ].join(" ")

const word = String.raw`"(?:[^"\\]|\\.)*"`
const command = new RegExp(
  `^npm run sim -- --scenario (${word})((?: --without ${word})*)(?: --seed (${word}))? --choices (""|[0-9,]+)$`,
  "gm"
)

/** The schedule that the last command line of a text replays; undefined if it has none. */
export const parseSchedule = (text: string): Schedule | undefined => {
  const [, scenario, without = "", seed, choices] = [...text.matchAll(command)].at(-1) ?? []
  if (scenario === undefined || choices === undefined) return undefined
  const clients = [...without.matchAll(new RegExp(word, "g"))].map(([client]) => unquoted(client))
  return {
    scenario: unquoted(scenario),
    ...(clients.length > 0 && { without: clients }),
    seed: seed === undefined ? undefined : unquoted(seed),
    choices: choices === '""' ? [] : choices.split(",").map(Number)
  }
}

/** A word of a POSIX shell. */
const quoted = (text: string): string => `"${text.replace(/["\\$`]/g, String.raw`\$&`)}"`

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, "$1")
