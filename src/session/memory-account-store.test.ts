import { accountStoreContract } from "../../test/contracts/account-store.ts";
import { MemoryAccountStore } from "./memory-account-store.ts";

accountStoreContract("in memory", () => new MemoryAccountStore());
