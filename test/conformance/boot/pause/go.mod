module tezos-bakery/conformance/pause

go 1.25.0
