/** How far a search is: one line that is drawn again on a terminal, a line every few seconds anywhere else. */
import process from "node:process"

export interface Progress {
  readonly ran: (scenario: string, schedules: number) => void
  readonly schedules: () => number
  /** Schedules in a second, from the beginning until now. */
  readonly speed: () => number
  /** Takes the line away. */
  readonly end: () => void
}

const often = 100
const seldom = 5_000

export const count = (number: number): string => Math.round(number).toLocaleString("en-US")

export const follow = (goal: number): Progress => {
  const isTerminal = process.stdout.isTTY
  const began = performance.now()
  let all = 0
  let current = ""
  const speed = () => (all * 1_000) / Math.max(1, performance.now() - began)
  const line = () => `${count(all)} of ${count(Math.max(goal, all))} schedules, ${count(speed())} a second: ${current}`
  const draw = () => {
    if (all === 0) return
    if (!isTerminal) return console.log(line())
    process.stdout.write(`\r\u001B[2K${line().slice(0, process.stdout.columns - 1)}`)
  }
  const timer = setInterval(draw, isTerminal ? often : seldom)
  let isOver = false
  return {
    ran: (scenario, schedules) => {
      current = scenario
      all += schedules
    },
    schedules: () => all,
    speed,
    end: () => {
      clearInterval(timer)
      if (isTerminal && !isOver) process.stdout.write("\r\u001B[2K")
      isOver = true
    }
  }
}
