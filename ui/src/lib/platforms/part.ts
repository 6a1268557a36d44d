/** Which part of the settings is a bot's platform. */
export const BOT_PART = "bot:";

export const botPart = (bot: string): string => `${BOT_PART}${bot}`;
