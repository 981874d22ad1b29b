// Command policy-probe reads NetworkPolicies, endpoints and ports as JSON, and prints which traffic is
// allowed. What a policy means is cyclonus' word; this program asks for every pair, port and side.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const library = "github.com/mattfenwick/cyclonus"

// Endpoint is a pod, a node, or another address. Policies select pods only.
type Endpoint struct {
	Name            string            `json:"name"`
	Kind            string            `json:"kind"`
	IP              string            `json:"ip"`
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	PodLabels       map[string]string `json:"podLabels"`
	// NamedPorts has the names of a pod's ports, by "TCP 8733".
	NamedPorts map[string]string `json:"namedPorts"`
}

// Port is a number and a protocol, in upper case.
type Port struct {
	Port     int             `json:"port"`
	Protocol corev1.Protocol `json:"protocol"`
}

// Question is what stands on the standard input.
type Question struct {
	Policies  []*networkingv1.NetworkPolicy `json:"policies"`
	Endpoints []Endpoint                    `json:"endpoints"`
	Ports     []Port                        `json:"ports"`
	// IPBlocksMatchPods: whether an ipBlock matches pods and nodes by their address. On Cilium it does not.
	IPBlocksMatchPods bool `json:"ipBlocksMatchPods"`
	// Judge names the namespaces whose pods' sides are asked about; traffic of no such pod is left out.
	Judge []string `json:"judge"`
}

// Verdict lists, for one ordered pair, the ports (by place in the question) that each judged side allows.
type Verdict struct {
	From int   `json:"from"`
	To   int   `json:"to"`
	Out  []int `json:"out,omitempty"`
	In   []int `json:"in,omitempty"`
}

// Answer is what goes to the standard output.
type Answer struct {
	Library  string    `json:"library"`
	Verdicts []Verdict `json:"verdicts"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "policy-probe:", err)
		os.Exit(1)
	}
}

func run() error {
	var question Question
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&question); err != nil {
		return err
	}
	for _, policy := range question.Policies {
		if err := refuseNotIn(policy); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(Answer{Library: libraryVersion(), Verdicts: question.verdicts()})
}

func (q *Question) verdicts() []Verdict {
	byAddress := matcher.BuildNetworkPolicies(false, q.Policies)
	byLabels := withoutIPBlocks(byAddress)
	policiesFor := func(peer *Endpoint) *matcher.Policy {
		if !q.IPBlocksMatchPods && (peer.Kind == "pod" || peer.Kind == "node") {
			return byLabels
		}
		return byAddress
	}
	judged := map[string]bool{}
	for _, namespace := range q.Judge {
		judged[namespace] = true
	}
	verdicts := []Verdict{}
	for i := range q.Endpoints {
		for j := range q.Endpoints {
			from, to := &q.Endpoints[i], &q.Endpoints[j]
			if i == j { // a pod always reaches itself
				continue
			}
			verdict := Verdict{From: i, To: j}
			if judged[from.Namespace] {
				verdict.Out = q.allowed(policiesFor(to), from, to, false)
			}
			if judged[to.Namespace] {
				verdict.In = q.allowed(policiesFor(from), from, to, true)
			}
			if len(verdict.Out)+len(verdict.In) > 0 {
				verdicts = append(verdicts, verdict)
			}
		}
	}
	return verdicts
}

// allowed asks one side of a pair about every port.
func (q *Question) allowed(policies *matcher.Policy, from, to *Endpoint, isIngress bool) []int {
	allowed := []int{}
	for i, port := range q.Ports {
		traffic := &matcher.Traffic{
			Source:           from.peer(),
			Destination:      to.peer(),
			ResolvedPort:     port.Port,
			ResolvedPortName: to.NamedPorts[fmt.Sprintf("%s %d", port.Protocol, port.Port)],
			Protocol:         port.Protocol,
		}
		if policies.IsIngressOrEgressAllowed(traffic, isIngress).IsAllowed() {
			allowed = append(allowed, i)
		}
	}
	return allowed
}

func (e *Endpoint) peer() *matcher.TrafficPeer {
	if e.Kind != "pod" {
		return &matcher.TrafficPeer{IP: e.IP}
	}
	internal := &matcher.InternalPeer{
		PodLabels:       e.PodLabels,
		NamespaceLabels: e.NamespaceLabels,
		Namespace:       e.Namespace,
	}
	return &matcher.TrafficPeer{Internal: internal, IP: e.IP}
}

// withoutIPBlocks is the same policies as they look to traffic that no ipBlock matches. A rule that names
// nobody else then allows nobody; taking the ipBlock out of the object would leave a rule for everybody.
func withoutIPBlocks(policy *matcher.Policy) *matcher.Policy {
	strip := func(targets map[string]*matcher.Target) []*matcher.Target {
		stripped := []*matcher.Target{}
		for _, target := range targets {
			rest := []matcher.PeerMatcher{}
			for _, peer := range target.Peers {
				if _, isIPBlock := peer.(*matcher.IPPeerMatcher); !isIPBlock {
					rest = append(rest, peer)
				}
			}
			stripped = append(stripped, &matcher.Target{
				Namespace:   target.Namespace,
				PodSelector: target.PodSelector,
				Peers:       rest,
			})
		}
		return stripped
	}
	return matcher.NewPolicyWithTargets(strip(policy.Ingress), strip(policy.Egress))
}

// refuseNotIn: cyclonus says that NotIn does not match a pod without the label; Kubernetes says it does.
func refuseNotIn(policy *networkingv1.NetworkPolicy) error {
	selectors := []*metav1.LabelSelector{&policy.Spec.PodSelector}
	add := func(peers []networkingv1.NetworkPolicyPeer) {
		for _, peer := range peers {
			selectors = append(selectors, peer.PodSelector, peer.NamespaceSelector)
		}
	}
	for _, rule := range policy.Spec.Ingress {
		add(rule.From)
	}
	for _, rule := range policy.Spec.Egress {
		add(rule.To)
	}
	for _, selector := range selectors {
		if selector == nil {
			continue
		}
		for _, expression := range selector.MatchExpressions {
			if expression.Operator == metav1.LabelSelectorOpNotIn {
				return fmt.Errorf("%s/%s selects with NotIn, which cyclonus reads otherwise than Kubernetes", policy.Namespace, policy.Name)
			}
		}
	}
	return nil
}

func libraryVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == library {
			return module.Version
		}
	}
	return "unknown"
}
