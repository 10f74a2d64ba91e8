// Types of register.mjs.
export function giveNamesToRecorders(): Promise<void>
