export const HOOK_FLAGS: readonly string[]
export function addModuleHooks(
  url: string,
  options?: { readonly data?: unknown; readonly transferList?: readonly unknown[] },
): Promise<void>
