module tezos-bakery/conformance/signatory-judge

go 1.25.0

require (
	cloud.google.com/go/firestore v1.21.0
	cloud.google.com/go/kms v1.26.0
	github.com/decred/dcrd/dcrec/secp256k1/v4 v4.4.0
	github.com/ecadlabs/signatory v1.4.0
	google.golang.org/grpc v1.79.2
	google.golang.org/protobuf v1.36.11
)

require (
	cloud.google.com/go/longrunning v0.8.0 // indirect
	golang.org/x/net v0.51.0 // indirect
	golang.org/x/sys v0.42.0 // indirect
	golang.org/x/text v0.34.0 // indirect
	google.golang.org/genproto v0.0.0-20260209200024-4cfbd4190f57 // indirect
	google.golang.org/genproto/googleapis/api v0.0.0-20260209200024-4cfbd4190f57 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260226221140-a57be14db171 // indirect
)
