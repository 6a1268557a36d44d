/**
 * Turns as a Graph bot posts them. They are texts: digits and order of keys go out as they are
 * written.
 */

/**
 * A turn of an event; what else it carries stands in `more` as JSON text after the usual keys.
 * @param {string} event
 * @param {{ user?: string, more?: string }} [options]
 */
export function turn(event, { user = "1234567890", more = '"variable1": 50, "variable2": "значение"' } = {}) {
  const keys = [
    `"action": ${JSON.stringify(event)}`,
    `"userId": ${JSON.stringify(user)}`,
    `"queryText": "пока"`,
    // Turns that have the same one with something in it belong to one message.
    `"rawRequest": {}`,
  ];
  if (more !== "") keys.push(more);
  return `{${keys.join(", ")}}`;
}

/** A shop's turn with something of everything. */
export const ORDER = turn("Оплата картой", {
  more: `"orderStatus": "new", "orderId": 10542, "total": 1098.00, "discount": 0, "isVip": false,
  "bigId": 9007199254740993,
  "cart": [{"sku": "PZ-30", "title": "Пепперони 30 см", "qty": 2, "price": 549.0}],
  "address": {"city": "Казань", "street": "ул. Баумана", "house": "7", "flat": null},
  "comment": null, "emptyText": "",
  "long": "Очень длинное значение, которое не помещается в ячейку таблицы и потому режется посередине, до самого конца"`,
});
