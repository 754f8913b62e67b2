/** The Dockerfile and the compose file, as far as they can be checked without an engine: what they name is there, and fits together. */
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COLLECTING, QUIET } from "../../scripts/bootstrap/node-args.mjs";
import { siteConf } from "../../scripts/cluster/nginx-conf.ts";
import { parseOptions } from "../../scripts/cluster/options.ts";
import { loadConfig } from "../../src/config.ts";
import { MAX_PROCESSES_PER_HOST, STOP_DEADLINE_MS } from "../../src/limits.ts";
import { composeFile, deployed, variablesIn, type ComposeService } from "../support/deploy.ts";
import { ROOT, sourceFiles } from "../support/source-tree.ts";

/** By the lock file: `npm ci --omit=dev --omit=optional` installs it. */
const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as { packages: Record<string, { dev?: true; optional?: true; devOptional?: true }> };
const installed = (name: string): boolean => {
  const found = packages[`node_modules/${name}`];
  return found !== undefined && found.dev !== true && found.optional !== true && found.devOptional !== true;
};
const dockerfile = deployed("Dockerfile");
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(" "));
const filled = { ...variablesIn(deployed("compose/example.env")), POSTGRES_PASSWORD: "a1b2", REDIS_PASSWORD: "c3d4", JWT_SECRET: "0123456789abcdef0123456789abcdef" };
const compose = composeFile(filled);
const processes = Object.entries(compose.services).filter(([name]) => name.startsWith("waystone-"));

test("what the Dockerfile copies is there, and let through to it", () => {
  const passed = deployed("Dockerfile.dockerignore").split("\n").filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  expect(copied.length).toBeGreaterThan(8);
  for (const source of copied) {
    expect(existsSync(join(ROOT, source)), source).toBe(true);
    expect(passed).toContain(source);
  }
  expect(dockerfile).toMatch(/^COPY --from=client \/build\/client\/dist \.\/client\/dist$/m);
});

test("the server runs from what is in the image: these folders, dependencies that are no development ones, Node 24", () => {
  const server = sourceFiles("src", "rooms", "schema").filter((file) => !file.isTest);
  const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  const folders = [...last.matchAll(/^COPY (\w+) \.\/\1$/gm)].map(([, folder]) => folder!);
  // Only at home while developing; imported when asked for there.
  const development = ["@colyseus/playground"];
  for (const { path, imports } of server) {
    for (const { target, own, typeOnly } of imports) {
      if (typeOnly) continue;
      if (own) expect(folders, `${path} imports ${target}`).toContain(target.split("/")[0]);
      else if (!builtinModules.includes(target.replace(/^node:/, "")) && !development.includes(target)) expect(installed(target), `${path} imports ${target}`).toBe(true);
    }
  }
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toBe("node:24-bookworm-slim");
  const [, command] = /^CMD (\[.*\])$/m.exec(last)!;
  const args = JSON.parse(command!) as string[];
  expect(args).toEqual(["node", ...QUIET, ...COLLECTING, "src/main.ts"]);
  expect(existsSync(join(ROOT, args.at(-1)!))).toBe(true);
});

test("the image is configured as the server understands it", () => {
  const [, line] = /^ENV (.+)$/m.exec(dockerfile)!;
  const environment = Object.fromEntries(line!.split(" ").map((pair) => pair.split("=") as [string, string]));
  expect(loadConfig(environment)).toMatchObject({ config: { environment: "production", port: Number(/^EXPOSE (\d+)$/m.exec(dockerfile)![1]), dataDir: "/data" } });
  expect(dockerfile).toMatch(/^VOLUME \/data$/m);
});

test("compose starts nothing without its secrets, and example.env names each variable", () => {
  for (const secret of ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "JWT_SECRET"]) expect(() => composeFile({ ...filled, [secret]: "" }), secret).toThrow(secret);
  const used = [...deployed("compose/compose.yaml").matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
  expect(Object.keys(variablesIn(deployed("compose/example.env"))).toSorted()).toEqual([...new Set(used)].toSorted());
});

test("each process has a port, an address, a volume and a name of its own, and a configuration that is right", () => {
  expect(processes.length).toBe(Number(filled["PROCESSES" as keyof typeof filled]));
  expect(processes.length).toBeLessThanOrEqual(MAX_PROCESSES_PER_HOST);
  const [network] = compose.networks.world.ipam.config;
  const addresses = new Set<string>();
  for (const [name, service] of processes) {
    const { PORT: port = "" } = service.environment!;
    expect(name).toBe(`waystone-${port}`);
    const result = loadConfig(service.environment!);
    expect(result, name).toMatchObject({
      config: { port: Number(port), processes: processes.length, internalHost: name, publicAddress: `localhost:8080/${port}`, environment: "production", trustProxyHops: 1, backups: { cron: "15 4 * * *" } },
    });
    expect(service.volumes).toContain(`data-${port}:/data`);
    expect(Number.parseInt(service.stop_grace_period!) * 1000).toBeGreaterThan(STOP_DEADLINE_MS);
    const { ipv4_address: address } = (service.networks as Record<string, { ipv4_address: string }>)["world"]!;
    expect(address.startsWith(network!.subnet.replace(/0\/24$/, ""))).toBe(true);
    addresses.add(address);
  }
  expect(addresses.size).toBe(processes.length);
});

test("whatever a service names is there: files, volumes, services that say when they are well", () => {
  const wellness = (service: ComposeService): boolean => service.healthcheck !== undefined || (service.build !== undefined && dockerfile.includes("HEALTHCHECK"));
  for (const [name, { build, volumes = [], depends_on: needs = {} }] of Object.entries(compose.services)) {
    if (build !== undefined) expect(existsSync(join(ROOT, "deploy/compose", build.context, build.dockerfile)), name).toBe(true);
    for (const volume of volumes) {
      const [from = ""] = volume.split(":");
      if (from.startsWith(".")) expect(existsSync(join(ROOT, "deploy/compose", from)), volume).toBe(true);
      else expect(Object.keys(compose.volumes), volume).toContain(from);
    }
    for (const [needed, { condition }] of Object.entries(needs)) {
      expect(condition).toBe("service_healthy");
      expect(wellness(compose.services[needed]!), `${needed} says when it is well`).toBe(true);
    }
  }
});

test("nginx in front has a way to each of them", () => {
  const ports = processes.map(([, { environment }]) => Number(environment!["PORT"]));
  const { site } = parseOptions(["nginx", "--ports", `${Math.min(...ports)}-${Math.max(...ports)}`, "--upstream-host", "waystone-{port}"]);
  expect(deployed("compose/nginx.conf")).toBe(siteConf(site));
  for (const [name] of processes) expect(Object.keys(compose.services["nginx"]!.depends_on!)).toContain(name);
});
