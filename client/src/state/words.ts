/** How this client words what only it can know. What happens in the world is worded by the server. */
import type { WaystoneErrorCode } from "../../sdk/index.ts";

export type Field = "name" | "password" | undefined;

/** An error as one clear sentence, and the field of the form it belongs to. */
export function explain(error: { code: WaystoneErrorCode; message: string }): { text: string; field: Field } {
  switch (error.code) {
    case "E_CREDENTIALS": return { field: "password", text: "That name and password do not go together." };
    case "E_NAME_TAKEN": return { field: "name", text: "Somebody already goes by that name. Choose another, or log in if it is yours." };
    // The server says what exactly is wrong with them.
    case "E_NAME_INVALID": return { field: "name", text: error.message };
    case "E_PASSWORD_INVALID": return { field: "password", text: error.message };
    case "E_RATE": return { field: undefined, text: "Too many tries. Wait a moment, then try again." };
    case "E_AUTH":
    case "E_TOKEN_EXPIRED": return { field: undefined, text: "Your login is no longer valid. Please log in again." };
    case "E_NETWORK": return { field: undefined, text: "The world cannot be reached. Check your connection and try again." };
    case "E_TIMEOUT": return { field: undefined, text: "The world did not answer in time. Please try again." };
    case "E_PROTOCOL": return { field: undefined, text: "This page is older than the world. Reload it." };
    default: return { field: undefined, text: error.message };
  }
}

/** Why a session is over. */
export function farewell(code: WaystoneErrorCode, message: string): string {
  switch (code) {
    case "E_CLOSED": return "You have left the world. Your place in it is kept.";
    case "E_REPLACED": return "You have entered from another place, so this page has let go.";
    case "E_NETWORK":
    case "E_TIMEOUT": return "The world could not be reached for a long time. Your place in it is kept.";
    default: return explain({ code, message }).text;
  }
}

/** A weather as a sky is described. */
export function skyOf(weather: string): string {
  const skies: Readonly<Record<string, string>> = {
    clear: "clear sky", cloudy: "cloudy", fog: "fog", rain: "rain", storm: "storm", snow: "snow", wind: "wind",
  };
  return skies[weather] ?? weather;
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
