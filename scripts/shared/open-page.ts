// Shows a page to whoever typed the command.
/** Opens a page in the user's browser; does nothing in CI and on machines without a desktop. */
export async function openPage(path: string): Promise<void> {
  if (!canOpen()) return
  const { default: open } = await import('open')
  await open(path)
}

function canOpen(): boolean {
  if (process.env.CI) return false
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}
