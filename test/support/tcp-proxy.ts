/** A wire between two ends that can be cut, or made to lose what comes back. */
import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Requests arrive, answers do not, until `mend`. */
  loseAnswers(): void;
  /** Closes every connection now. */
  cut(): void;
  /** Connections made from now on are refused (closed at once). */
  refuse(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function tcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let losing = false;
  let refusing = false;
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    if (refusing) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, "127.0.0.1");
    const pair = [client, target] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    client.on("data", (chunk) => target.write(chunk));
    target.on("data", (chunk) => {
      if (!losing) client.write(chunk);
    });
    for (const socket of pair) socket.on("close", end);
    target.on("error", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const cut = (): void => {
    for (const [client, target] of pairs) {
      client.destroy();
      target.destroy();
    }
  };
  return {
    port: address.port,
    loseAnswers: () => (losing = true),
    cut,
    refuse: () => (refusing = true),
    mend: () => (losing = refusing = false),
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
