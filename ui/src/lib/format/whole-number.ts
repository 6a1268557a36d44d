/** The number that a text of digits writes; NaN for any other text, the empty one too. */
export const wholeNumber = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
