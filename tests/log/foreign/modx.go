// Verifies a log with the Go checksum database's own packages, which know nothing of ours: x/mod's note and tlog.
//
//	modx LOG VERIFIER-KEY RECEIPT EARLIER PROOF
//
// LOG is the folder of a log's checkpoint and tiles, RECEIPT a .tlog-proof file of one entry, EARLIER an older checkpoint,
// and PROOF the hashes of the consistency proof between the two, in base64, one a line. Exit code 0: all of it holds.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	check("read", err)
	return content
}

// open returns the tree a signed checkpoint is of; the first line is the origin, which is also the key's name.
func open(raw []byte, key string) tlog.Tree {
	verifier, err := note.NewVerifier(key)
	check("key", err)
	opened, err := note.Open(raw, note.VerifierList(verifier))
	check("note", err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != verifier.Name() {
		check("note", fmt.Errorf("it is of another log"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("size", err)
	root, err := tlog.ParseHash(lines[2])
	check("root", err)
	return tlog.Tree{N: size, Hash: root}
}

func hashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		check("hash", err)
		found = append(found, hash)
	}
	return found
}

// tiles reads tiles from files; C2SP has no height in the path, as it is always 8.
type tiles struct{ folder string }

func (t tiles) Height() int                         { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(some []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range some {
		content, err := os.ReadFile(filepath.Join(t.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

// entries returns the entries of the bundles: two bytes of length before each.
func entries(folder string, size int64) [][]byte {
	var found [][]byte
	for first := int64(0); first < size; first += 256 {
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: 256}
		if size-first < 256 {
			tile.W = int(size - first)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle := read(filepath.Join(folder, path))
		for len(bundle) >= 2 {
			length := int(bundle[0])<<8 | int(bundle[1])
			if len(bundle) < 2+length {
				check("bundle", fmt.Errorf("%s ends in the middle of an entry", path))
			}
			found = append(found, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	if int64(len(found)) != size {
		check("bundle", fmt.Errorf("%d entries, not %d", len(found), size))
	}
	return found
}

// built holds the hashes of a tree that the package built from the entries.
type built []tlog.Hash

func (b built) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = b[index]
	}
	return found, nil
}

// rebuild builds the tree of the entries anew: it has the root that was signed, and its tiles are those that are served.
// It leaves nothing to TileHashReader, which before x/mod 0.40 let two tiles be forged (CVE-2026-56865).
func rebuild(tree tlog.Tree, leaves [][]byte, served tiles) {
	var mine built
	for index, leaf := range leaves {
		more, err := tlog.StoredHashes(int64(index), leaf, mine)
		check("entry", err)
		mine = append(mine, more...)
	}
	root, err := tlog.TreeHash(tree.N, mine)
	check("entries", err)
	if root != tree.Hash {
		check("entries", fmt.Errorf("their root is %v, and %v was signed", root, tree.Hash))
	}
	all := tlog.NewTiles(served.Height(), 0, tree.N)
	for i, tile := range all {
		if i+1 < len(all) && all[i+1].L == tile.L && all[i+1].N == tile.N {
			continue // narrower than the one that is served
		}
		own, err := tlog.ReadTileData(tile, mine)
		check("tile", err)
		found, err := served.ReadTiles([]tlog.Tile{tile})
		check("tile", err)
		if !bytes.Equal(own, found[0]) {
			check("tile", fmt.Errorf("%s is not the one of these entries", tile.Path()))
		}
	}
}

func main() {
	folder, key := os.Args[1], strings.TrimSpace(string(read(os.Args[2])))
	tree := open(read(filepath.Join(folder, "checkpoint")), key)
	leaves, reader := entries(folder, tree.N), tlog.TileHashReader(tree, tiles{folder})
	rebuild(tree, leaves, tiles{folder})
	head, below, _ := bytes.Cut(read(os.Args[3]), []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check("receipt", err)
	receipt := open(below, key)
	if index < 0 || index >= receipt.N || index >= tree.N {
		check("receipt", fmt.Errorf("no entry has index %d", index))
	}
	check("receipt", tlog.CheckRecord(hashes(lines[2:]), receipt.N, receipt.Hash, index, tlog.RecordHash(leaves[index])))
	earlier := open(read(os.Args[4]), key)
	given := hashes(strings.Fields(string(read(os.Args[5]))))
	check("consistency", tlog.CheckTree(given, tree.N, tree.Hash, earlier.N, earlier.Hash))
	made, err := tlog.ProveTree(tree.N, earlier.N, reader)
	check("tile", err)
	check("consistency", tlog.CheckTree(made, tree.N, tree.Hash, earlier.N, earlier.Hash))
	fmt.Println(tree.N, base64.StdEncoding.EncodeToString(tree.Hash[:]))
}
