/** The page's entry point: finds its host, makes the app, shows it. */
import { mount } from "svelte";

import AppView from "./App.svelte";
import { App } from "./lib/app/app.svelte";
import { Api } from "./lib/api/api";
import { makeClient } from "./lib/api/client";
import { showRemembered } from "./lib/commands/theme";
import { findHost } from "./lib/host";
import { words } from "./lib/i18n/index.svelte";

import { Ticker } from "./lib/stores/ticker.svelte";
import { REGISTRY } from "./registry";
import "./styles/base.css";

async function start(): Promise<void> {
  showRemembered();
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no element #app");
  const host = await findHost();
  const ticker = new Ticker();
  const client = makeClient({
    base: "",
    credentials: host.session,
    language: () => words.language,
    onDate: (date, sent, received) => ticker.learn(date, sent, received),
  });
  mount(AppView, { target, props: { app: new App(new Api(client), host, ticker, REGISTRY) } });
}

void start();
