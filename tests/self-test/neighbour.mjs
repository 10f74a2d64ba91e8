// A busy neighbour: JSON work in bursts of 0.2 to 0.8 s with pauses as long, until the parent is gone.
process.on('disconnect', () => process.exit())

function burst() {
  const end = performance.now() + 200 + 600 * Math.random()
  let last
  while (performance.now() < end)
    last = JSON.parse(JSON.stringify({ items: Array(40).fill({ id: 'item', done: !last }) }))
  setTimeout(burst, 200 + 600 * Math.random())
}
burst()
