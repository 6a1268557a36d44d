import type { Block } from "./block";

export const graph: Block = {
  fields: {},
  tester: { text: "Здравствуйте, $name! Ваш город: ${address.city}", variables: '{\n  "name": "Иван"\n}' },
};
