import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Where the built files are fetched from, when that is not the game server itself (a CDN). */
const base = process.env.ASSET_BASE_URL?.replace(/\/*$/, "/") ?? "/";
const server = "http://localhost:2567";

export default defineConfig({
  root: here,
  base,
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", reportCompressedSize: true,
    // What the first load may weigh is measured as it is sent: npm run bench:client.
    chunkSizeWarningLimit: 700 },
  server: {
    proxy: {
      "/auth": server,
      "/matchmake": server,
      "/api": server,
      // A room's WebSocket: /<process>/<room>?sessionId=…
      "^/[\\w-]+/[\\w-]+\\?.*sessionId=": { target: server, ws: true },
    },
  },
});
