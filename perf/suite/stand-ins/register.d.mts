// Types of register.mjs.
export function giveNamesToStandIns(): Promise<void>
