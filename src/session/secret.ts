/** The secret that tokens are signed with, when nobody gives one: made once and kept beside the data. */
import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { MIN_JWT_SECRET_CHARS } from "../limits.ts";

const FILE = "jwt-secret";
const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;

/**
 * The secret in `<dataDir>/jwt-secret`, made if it is not there yet (the directory too). When several processes start
 * at once they agree on one. Rejects with a sentence for the operator when the file cannot be used.
 */
export async function loadOrCreateSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, FILE);
  await mkdir(dataDir, { recursive: true });
  const secret = (await read(file)) ?? (await create(file));
  if (secret.length < MIN_JWT_SECRET_CHARS) {
    throw new Error(`${file} holds no secret of ${MIN_JWT_SECRET_CHARS} characters. Remove it to have a new one made (everybody logs in anew), or set JWT_SECRET.`);
  }
  return secret;
}

async function read(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, "utf8");
    // A copy from a backup may have become readable for others.
    if (process.platform !== "win32" && ((await stat(file)).mode & 0o077) !== 0) await chmod(file, OWNER_ONLY);
    return text.trim();
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Writes it whole under another name, then links it: whoever reads the file finds all of it or nothing. */
async function create(file: string): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = await open(draft, "wx", OWNER_ONLY);
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
    await link(draft, file);
    return secret;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return (await read(file)) ?? "";
  } finally {
    await handle.close();
    await unlink(draft);
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && "code" in error && error.code === code;
