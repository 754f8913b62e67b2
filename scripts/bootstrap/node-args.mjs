/** What Node is told wherever it runs our programs. */
export const QUIET = ["--disable-warning=ExperimentalWarning"];

/**
 * And where it runs the server, which makes much that is soon forgotten. Left to itself Node 24 lets 128 MB of that pile up and stops the
 * server for 13 to 22 ms to look through it, with threads that, where there is a process for each core, wait for each other's
 * cores. Sixteen and by itself is 6 or 7 ms each time, at no more processor time in all (docs/performance.md).
 *
 * All of the heap is collected when it has doubled. Left to itself V8 works out how far it may grow: where little is made that lives, as
 * where many talk, by next to nothing, and it goes through all of it again and again, two and a half times a second. One thread beside ours looks
 * through it: four of them took all cores for a tenth of a second, and the other processes on them waited, too (docs/proof-cluster.md).
 */
export const COLLECTING = ["--max-semi-space-size=16", "--no-parallel-scavenge", "--heap-growing-percent=100", "--concurrent-marking-max-worker-num=1"];
