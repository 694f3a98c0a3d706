/** Defect 15: `===` on a secret. No schedule shows it: the linter refuses it, and the timing test measures it. */

/** The defect as a file of the project, which the linter is shown. */
export const plainComparison = {
  of: "15",
  name: "a secret is compared by ===",
  killedBy: "the linter refuses it (mutants.register.test.ts), and test/attacks/timing.test.ts measures it",
  file: "src/services/flows/PlainComparison.ts",
  code: `export const isKnown = (shown: string, stored: { readonly secret: string }) => shown === stored.secret\n`,
  says: "hapax(secret-comparison): secret is secret: compare it through ConstantTime"
} as const
