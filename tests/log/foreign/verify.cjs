// Verifies a receipt with the Sigstore project's verifier, which knows nothing of ours.
//
//   node verify.cjs VERIFIER-KEY RECEIPT ENTRY
//
// RECEIPT is a .tlog-proof file and ENTRY the bytes of the entry it is of. Exit code 0: the log signed the checkpoint,
// and the entry is in its tree. The two modules are what the package itself calls for a Rekor entry.
const { createPublicKey } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const inside = join(__dirname, "node_modules", "@sigstore", "verify", "dist", "tlog");
const { verifyCheckpoint } = require(join(inside, "checkpoint.js"));
const { verifyMerkleInclusion } = require(join(inside, "merkle.js"));

const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");
const [keyFile, receiptFile, entryFile] = process.argv.slice(2);
const key = readFileSync(keyFile, "utf8").trim().split("+");
const raw = Buffer.from(key.slice(2).join("+"), "base64").subarray(1);
const receipt = readFileSync(receiptFile, "utf8");
const [head, ...rest] = receipt.split("\n\n");
const lines = head.split("\n");
const envelope = rest.join("\n\n");
const [origin, size, root] = envelope.split("\n");

const log = {
  logID: Buffer.from(key[1], "hex"),
  publicKey: createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: "der", type: "spki" }),
  baseURL: origin,
  validFor: { start: new Date(0), end: new Date(8.64e15) },
};
const entry = {
  canonicalizedBody: readFileSync(entryFile),
  integratedTime: "1",
  inclusionProof: {
    checkpoint: { envelope },
    logIndex: lines[1].replace("index ", ""),
    treeSize: size,
    rootHash: Buffer.from(root, "base64"),
    hashes: lines.slice(2).map((line) => Buffer.from(line, "base64")),
  },
};
try {
  verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
