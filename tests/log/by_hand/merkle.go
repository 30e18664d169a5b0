// Verifies checkpoints, a receipt and a consistency proof with the packages that Trillian, Tessera and the witnesses of
// the transparency-dev project verify with: merkle and formats.
//
//	merkle FOLDER
//
// FOLDER is one that `material` wrote. Needs Go 1.24 or newer, golang-github-transparency-dev-merkle-dev and
// golang-github-transparency-dev-formats-dev as Debian has them from version 13 on (packaged libraries, to be built with
// GO111MODULE=off and GOPATH at /usr/share/gocode). Exit code 0: all of it holds. Tiles and bundles it does not read.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

func check(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(filepath.Join(os.Args[1], name))
	check("read", err)
	return content
}

func hashes(lines []string) [][]byte {
	found := make([][]byte, 0, len(lines))
	for _, line := range lines {
		hash, err := base64.StdEncoding.DecodeString(line)
		check("hash", err)
		found = append(found, hash)
	}
	return found
}

// opened returns a checkpoint that the log's key signed, of the log that the key is named for.
func opened(raw []byte, key note.Verifier) *log.Checkpoint {
	found, _, _, err := log.ParseCheckpoint(raw, key.Name(), key)
	check("checkpoint", err)
	return found
}

func main() {
	key, err := note.NewVerifier(strings.TrimSpace(string(read("key"))))
	check("key", err)
	newest, earlier := opened(read("log/checkpoint"), key), opened(read("earlier"), key)
	head, below, _ := bytes.Cut(read("receipt"), []byte("\n\n"))
	lines, receipt := strings.Split(string(head), "\n"), opened(below, key)
	index, err := strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check("index", err)
	leaf := rfc6962.DefaultHasher.HashLeaf(read("entry"))
	check("receipt", proof.VerifyInclusion(
		rfc6962.DefaultHasher, index, receipt.Size, leaf, hashes(lines[2:]), receipt.Hash))
	check("consistency", proof.VerifyConsistency(
		rfc6962.DefaultHasher, earlier.Size, newest.Size, hashes(strings.Fields(string(read("proof")))),
		earlier.Hash, newest.Hash))
	fmt.Println(newest.Size, base64.StdEncoding.EncodeToString(newest.Hash))
}
