import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { Account } from "./state/account.ts";
import { followAppearance } from "./state/appearance.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/enter.css";
import "./styles/play.css";
import "./styles/log.css";
import "./styles/panels.css";
import "./styles/dialogs.css";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");

const account = new Account();
followAppearance(account.settings);
void account.start();
createRoot(root).render(<StrictMode><App account={account} /></StrictMode>);
