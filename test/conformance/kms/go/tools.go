//go:build tools

// The program that is judged: its module and all that it is built from are pinned in go.mod and go.sum.
package main

import _ "github.com/ecadlabs/signatory/cmd/signatory"
