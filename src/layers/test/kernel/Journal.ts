/**
 * State that can be taken back: what was written since a mark is undone, which is how a schedule begins where the one
 * before it began, and how a commit fails.
 */

/** Every write since the last `keep`, as the function that undoes it. */
export class Journal {
  private readonly undo: Array<() => void> = []
  private isKept = false

  /** Notes how to undo a write that is made now. */
  wrote(undo: () => void): void {
    // Before the first `keep` nobody goes back: a test outside a simulation would only collect what it never uses.
    if (this.isKept) this.undo.push(undo)
  }

  /** The place to which `backTo` goes back. */
  get mark(): number {
    return this.undo.length
  }

  backTo(mark: number): void {
    while (this.undo.length > mark) this.undo.pop()?.()
  }

  /** What is written now stays: the beginning of every schedule from here on. */
  keep(): void {
    this.isKept = true
    this.undo.length = 0
  }
}
