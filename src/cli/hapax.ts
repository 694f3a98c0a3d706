#!/usr/bin/env node
/** The command `hapax`: says so in one line if the Node that runs it is too old, and does what it is told. */
import process from "node:process"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

if (major < 24 || (major === 24 && minor < 4)) {
  console.error(
    `hapax: Node 24 is needed, and this is ${process.versions.node}: run npm ci, then npx hapax or npm start`
  )
  process.exitCode = 1
} else {
  const { main } = await import("./Main.ts")
  await main()
}
