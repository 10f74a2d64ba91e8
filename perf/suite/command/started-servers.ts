// Servers that listen because a command has them do so.
const started = new WeakSet<object>()

/** Whether a server listens already, and is right to do so. */
export function isOfCommand(server: object): boolean {
  return started.has(server)
}

/** A server that a command starts. */
export function noteStarted(server: object): void {
  started.add(server)
}
