// Joins two lists by looking through one of them for every item of the other.
export interface Order {
  readonly customerId: number
  readonly cents: number
}
export interface Customer {
  readonly id: number
  readonly name: string
}

export function joinOrders(orders: readonly Order[], customers: readonly Customer[]): string[] {
  const lines: string[] = []
  for (const order of orders) {
    const customer = customers.find(({ id }) => id === order.customerId)
    lines.push(`${customer?.name}: ${order.cents}`)
  }
  return lines
}
