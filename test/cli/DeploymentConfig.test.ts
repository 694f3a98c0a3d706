/** What stops a deployment before it begins: a configuration that must not go to the internet. */
import { expect, it } from "vitest"
import { type DeploymentConfig, problemsOf } from "../../src/cli/DeploymentConfig.ts"

const ready: DeploymentConfig = {
  name: "hapax",
  accountId: undefined,
  variables: { ISSUER: "https://id.rp.test" },
  databaseIds: ["b0a7"],
  namespaceIds: ["c0de"],
  hosts: ["id.rp.test"]
}

const withVariables = (variables: Record<string, string>) =>
  problemsOf({ ...ready, variables: { ...ready.variables, ...variables } })

it("nothing stops one that is ready, with every switch that is for production", () => {
  expect(problemsOf(ready)).toEqual([])
  expect(withVariables({ REQUIRE_PAR: "true", DPOP_NONCES: "true", REGISTRATION: "token" })).toEqual([])
})

it("the development switch, and a switch that cannot be meant, are named", () => {
  expect(withVariables({ ALLOW_LOOPBACK: "true" })).toEqual([expect.stringContaining("ALLOW_LOOPBACK is for develop")])
  expect(withVariables({ REGISTRATION: "yes" })).toEqual([
    expect.stringContaining("REGISTRATION must be closed, token")
  ])
})
