/** Defects that the simulator found in this provider: the schedule that showed each, in its smallest form. */

export interface Regression {
  /** What was wrong, and for whom. */
  readonly wrong: string
  /** The scenario, by its name. */
  readonly scenario: string
  /**
   * The smallest choices that broke a property, in the code of that time. Where the repair changed the moments they
   * lead elsewhere now. The race itself, which is searched whole, sees to it that no other way leads back.
   */
  readonly choices: ReadonlyArray<number>
}

export const regressions: ReadonlyArray<Regression> = [
  {
    wrong:
      "a code was spent before the keys were at hand: a key ring out of reach after that was a 503, and the client " +
      "that asked again was taken for a thief",
    scenario: "redeem/redeem by another client",
    choices: [0, 0, 1, 0, 5]
  },
  {
    wrong:
      "a redemption whose answer was lost and that was asked for again gave tokens, though the user had been " +
      "disabled in between",
    scenario: "redeem/disable user",
    choices: [0, 0, 1, 10, 1]
  },
  {
    wrong: "a redemption that was asked for again gave an ID token, though its session had been ended in between",
    scenario: "redeem/logout",
    choices: [0, 0, 1, 10, 1]
  },
  {
    wrong:
      "a replaced refresh token that came after the grace and asked for a wider scope was refused for the scope, and " +
      "the family of which somebody had a stolen token lived on",
    scenario: "refresh/refresh for a wider scope after the grace",
    choices: []
  },
  {
    wrong:
      "a login whose password was checked just before it was replaced opened a session after all sessions had been " +
      "ended: whoever knew the old password stayed",
    scenario: "login/set password",
    choices: [0, 0, 0, 1]
  },
  {
    wrong:
      "a second set of signing keys was made by a request that had begun before the first set was made, because keys " +
      "signed from the moment of their making",
    scenario: "first request/first request",
    choices: [6]
  }
]
