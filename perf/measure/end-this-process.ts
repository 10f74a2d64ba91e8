// Ending the measured process, once profilers have written what they have.
import { clock } from './clock.ts'

/** Before measured code could replace it. */
const exit = process.exit.bind(process)

/** Time for profilers to write what they have. */
const ENDING_MS = 1_500

/**
 * Ends this process as if it had nothing left to do, whatever handles the measured code left open: profilers in it hear
 * of the end first.
 */
export function endProcess(): void {
  process.emit('beforeExit', 0)
  void clock.wait(ENDING_MS).then(() => exit(0))
}
