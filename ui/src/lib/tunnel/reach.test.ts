import { expect, test } from "vitest";
import { reachOf } from "./reach";

test.each([
  "http://127.0.0.1:8787/secret",
  "http://127.9.9.9",
  "http://localhost:3000/hook",
  "http://bot.localhost",
  "http://LOCALHOST.",
  "http://0.0.0.0:80",
  "http://[::1]:8080",
  "http://[::]",
  "http://[::ffff:127.0.0.1]",
  "http://2130706433",
])("%s is reached from this computer alone", (address) => {
  expect(reachOf(address)).toBe("computer");
});

test.each([
  "https://10.0.0.5",
  "https://172.31.0.1",
  "http://192.168.1.10/x",
  "http://169.254.1.1",
  "http://100.64.0.1",
  "http://[fd00::1]",
  "http://[fe80::1]",
  "http://[::ffff:192.168.0.1]",
  "http://laptop",
  "http://printer.local",
  "http://nas.home.arpa",
])("%s is reached from its own network", (address) => {
  expect(reachOf(address)).toBe("network");
});

test.each([
  "https://bot.example.org",
  "https://localhost.example.org",
  "https://203.0.113.7",
  "http://172.32.0.1",
  "http://100.128.0.1",
  "http://[2001:db8::1]",
  "http://[::ffff:203.0.113.7]",
  "https://a.ngrok-free.app",
])("%s is reached from the internet", (address) => {
  expect(reachOf(address)).toBe("internet");
});
