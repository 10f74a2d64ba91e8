// The same for `import` on Node versions without synchronous hooks.
export { resolveOr as resolve } from './typescript-names.mjs'
