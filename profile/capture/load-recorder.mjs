// Tells the thread that it watches which modules are loaded by `import`. Runs in Node's hooks thread, or in the thread itself.
let told

export function initialize({ port }) {
  told = (url) => port.postMessage(url)
}

export function load(url, context, nextLoad) {
  told(url)
  return nextLoad(url, context)
}
