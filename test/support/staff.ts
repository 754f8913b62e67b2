/** The administration of a running server, as a tool would use it. */
export interface StaffAnswer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error?: { readonly code: string; readonly message: string } };
}

export class StaffClient {
  readonly #endpoint: string;
  readonly token: string;

  constructor(endpoint: string, token: string) {
    this.#endpoint = endpoint;
    this.token = token;
  }

  /** Logs in with `ADMIN_PASSWORD`. */
  static async byPassword(endpoint: string, password: string): Promise<StaffClient> {
    const { status, body } = await new StaffClient(endpoint, "").post("login", { password });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return new StaffClient(endpoint, String(body["token"]));
  }

  get(path: string): Promise<StaffAnswer> {
    return this.#ask(path, {});
  }

  post(path: string, body: object): Promise<StaffAnswer> {
    return this.#ask(path, { method: "POST", body: JSON.stringify(body) });
  }

  /** Orders something that must be done when it returns. */
  async does(path: string, body: object): Promise<string> {
    const answer = await this.post(path, body);
    if (answer.status !== 200 || answer.body["outcome"] !== "done") throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return String(answer.body["id"]);
  }

  async #ask(path: string, init: RequestInit): Promise<StaffAnswer> {
    const answer = await fetch(`${this.#endpoint}/admin/api/${path}`, { ...init, headers: { "content-type": "application/json", ...(this.token === "" ? {} : { authorization: `Bearer ${this.token}` }) } });
    return { status: answer.status, body: (await answer.json()) as StaffAnswer["body"] };
  }
}
