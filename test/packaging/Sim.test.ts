/** `npm run sim`, as the README says it, with one scenario of the many: `test/simulation` has the rest. */
import { execFileSync } from "node:child_process"
import { expect, it } from "vitest"
import { root } from "../house/Source.ts"

it("runs a scenario from the command line and prints which orders were seen", () => {
  const command = ["run", "--silent", "sim", "--", "--scenario", "redeem/redeem", "--schedules", "50"]
  const said = execFileSync("npm", command, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  expect(said).toMatch(/AuthorizationCode\.redeem +AuthorizationCode\.redeem/)
})
