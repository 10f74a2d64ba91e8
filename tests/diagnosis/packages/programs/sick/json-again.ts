// Reads the same settings from the same text again and again.
export function isAllowed(settingsText: string, names: readonly string[]): number {
  let allowed = 0
  for (const name of names) {
    const settings = JSON.parse(settingsText) as Record<string, boolean>
    if (settings[name]) allowed++
  }
  return allowed
}
