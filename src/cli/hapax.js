#!/usr/bin/env node
/** The command `hapax`. In JavaScript, so that a Node too old for the rest can read it, and say so in one line. */
import process from "node:process"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

if (major < 24 || (major === 24 && minor < 4)) {
  console.error(
    `hapax: Node 24 is needed, and this is ${process.versions.node}: npm ci brings it, and npx hapax uses it`
  )
  process.exitCode = 1
} else {
  const { main } = await import("./Main.ts")
  await main()
}
